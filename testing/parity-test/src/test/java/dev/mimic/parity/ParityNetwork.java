package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.Closeable;
import java.io.IOException;

/**
 * A network on which scenarios run: a client, a server, and a process that can be killed.
 *
 * <pre>
 *   client  ----------  server  ----------  process
 * </pre>
 */
interface ParityNetwork {

  /** Returns the host of the server. */
  String server();

  /** Connects from the client. */
  Flow connect(HostPort to, Deadline deadline) throws IOException;

  /** Listens on the server. */
  FlowListener listen(HostPort at, int backlog) throws IOException;

  /** Closes a flow by a reset. */
  void reset(Flow flow) throws IOException;

  /** Returns whether all written bytes have arrived at the peer. */
  boolean hasDelivered(Flow flow) throws IOException;

  /** Returns whether the peer's end of the stream, or its reset, has arrived. Consumes nothing. */
  boolean hasEndArrived(Flow flow) throws IOException;

  /** Returns whether the peer's reset has arrived. Consumes nothing. */
  boolean hasResetArrived(Flow flow) throws IOException;

  /** Takes the link down: what is sent from now on is lost. */
  void cutLink() throws IOException;

  /** Takes the link up again. */
  void healLink() throws IOException;

  /** Starts a process, which connects to a listener of the server. */
  KillableProcess startProcess(HostPort to) throws IOException;

  /** A process with one connection. Closing it kills it. */
  interface KillableProcess extends Closeable {

    /** Writes this number of bytes to the connection. */
    void write(int bytes) throws IOException;

    /** Waits until this number of bytes can be read. */
    void awaitBytes(int count) throws Exception;

    /** Returns the address of a listener of the process, which never accepts. */
    HostPort listener() throws IOException;

    /** Freezes the process: its kernel still accepts connections and bytes for it. */
    void freeze() throws IOException;

    /** Kills the process, which cannot clean up. Does nothing if it is not running. */
    void kill() throws IOException;

    @Override
    default void close() throws IOException {
      kill();
    }
  }
}
