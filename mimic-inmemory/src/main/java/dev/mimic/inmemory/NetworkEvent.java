package dev.mimic.inmemory;

import java.time.Duration;

/**
 * An event on an {@link InMemoryNetwork}.
 *
 * @param time the time since the network was created, on its clock
 * @param kind the kind of event
 * @param from the host that caused it: the sender of bytes, the end that closed
 * @param to the other host; the same as {@code from} where there is none
 * @param port the port of the listener, or 0
 * @param connection the number of the connection, or 0
 * @param bytes the number of bytes, for {@link Kind#BYTES}
 * @param detail more text, such as the rule that decided; can be empty
 */
public record NetworkEvent(
    Duration time,
    Kind kind,
    String from,
    String to,
    int port,
    long connection,
    int bytes,
    String detail) {

  /** The kinds of events. */
  public enum Kind {
    /** A host begins to connect. */
    CONNECT,
    /** A connect has succeeded. */
    CONNECTED,
    /** A connect has failed. */
    REFUSED,
    /** Bytes have arrived. */
    BYTES,
    /** The end of a stream has arrived. */
    END,
    /** A reset has arrived. */
    RESET,
    /** An end of a connection was closed. */
    CLOSE,
    /** A fault begins, ends, or has decided. */
    FAULT
  }

  /** Returns whether this is an event of a connection. */
  public boolean hasConnection() {
    return connection != 0;
  }
}
