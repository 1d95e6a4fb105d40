package dev.mimic.inmemory;

import dev.mimic.inmemory.Transfer.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The usual faults, as rules for {@link InMemoryNetwork#inject}. Without narrowing ({@link
 * FaultRule#from}, {@link FaultRule#port}, ...) a fault affects every connection of the network.
 *
 * <table>
 *   <caption>What a program sees</caption>
 *   <tr><th>Fault</th><th>A program</th></tr>
 *   <tr><td>{@link #refuse}</td><td>gets a {@link java.net.ConnectException}</td></tr>
 *   <tr><td>{@link #dropConnects}</td><td>waits for its own deadline</td></tr>
 *   <tr><td>{@link #end}, {@link #endAfter}</td><td>reads -1</td></tr>
 *   <tr><td>{@link #reset}, {@link #resetAfter}</td><td>reads what has arrived, then gets a {@link
 *       dev.mimic.flow.PeerGoneException}</td></tr>
 *   <tr><td>{@link #stall}</td><td>reads and writes wait; connects succeed</td></tr>
 *   <tr><td>{@link #vanish}</td><td>reads, writes and connects wait</td></tr>
 *   <tr><td>{@link #failAccept}</td><td>gets an {@link java.io.IOException} from accept</td></tr>
 * </table>
 */
public final class Faults {
  private Faults() {}

  /** Returns a fault that refuses connects. */
  public static FaultRule refuse() {
    return on("refuse connects", Kind.CONNECT, Decision.refuse());
  }

  /** Returns a fault that drops connects: they wait until their deadline or the fault's end. */
  public static FaultRule dropConnects() {
    return on("drop connects", Kind.CONNECT, Decision.hold());
  }

  /** Returns a fault that makes connects slow. */
  public static FaultRule delayConnects(Duration time) {
    return on("delay connects by " + time, Kind.CONNECT, Decision.delay(time));
  }

  /** Returns a fault that ends each open connection as its senders' close would. */
  public static FaultRule end() {
    return on("end", Kind.OPEN, Decision.end());
  }

  /** Returns a fault that ends a stream after this many bytes; 0 is before the first byte. */
  public static FaultRule endAfter(long bytes) {
    return atByte("end after %d bytes", bytes, Decision.end());
  }

  /** Returns a fault that resets each connection that is open when it is injected. */
  public static FaultRule reset() {
    return on("reset", Kind.OPEN, Decision.reset());
  }

  /**
   * Returns a fault that resets a connection after this many bytes of one direction; these bytes
   * are delivered. 0 is before the first byte.
   */
  public static FaultRule resetAfter(long bytes) {
    return atByte("reset after %d bytes", bytes, Decision.reset());
  }

  /** Returns a fault that resets a connection when the next bytes are sent. */
  public static FaultRule resetAtNextWrite() {
    return on("reset at the next write", Kind.BYTES, Decision.reset());
  }

  /**
   * Returns a fault that holds bytes and ends until it is closed. A reset is lost, since a kernel
   * does not send it again. Connects pass.
   */
  public static FaultRule stall() {
    return new FaultRule(
        "stall",
        transfer ->
            switch (transfer.kind()) {
              case BYTES, END, RESET -> Decision.hold();
              case CONNECT, ANSWER, ACCEPT, OPEN -> Decision.pass();
            });
  }

  /** Returns a fault that stalls a stream after this many bytes, until it is closed. */
  public static FaultRule stallAfter(long bytes) {
    return new FaultRule(
        "stall after %d bytes".formatted(requireNotNegative(bytes)),
        transfer -> holdAfter(transfer, bytes));
  }

  private static Decision holdAfter(Transfer transfer, long bytes) {
    return switch (transfer.kind()) {
      case BYTES -> {
        long passing = bytes - transfer.position();
        yield passing >= transfer.bytes().remaining()
            ? Decision.pass()
            : Decision.hold().after((int) Math.max(0, passing));
      }
      case END, RESET -> transfer.position() >= bytes ? Decision.hold() : Decision.pass();
      case CONNECT, ANSWER, ACCEPT, OPEN -> Decision.pass();
    };
  }

  /**
   * Returns a fault that makes hosts vanish from the network: bytes, ends and connects are held
   * until it is closed, and resets are lost.
   */
  public static FaultRule vanish() {
    return new FaultRule(
        "vanish",
        transfer ->
            switch (transfer.kind()) {
              case BYTES, END, RESET, CONNECT, ANSWER -> Decision.hold();
              case ACCEPT, OPEN -> Decision.pass();
            });
  }

  /** Returns a fault that delays each write. */
  public static FaultRule delay(Duration time) {
    return on("delay by " + time, Kind.BYTES, Decision.delay(time));
  }

  /** Returns a fault that delays each write of a TLS handshake (RFC 8446, section 5.1). */
  public static FaultRule slowHandshake(Duration time) {
    Decision delay = Decision.delay(time);
    return new FaultRule(
        "delay TLS handshakes by " + time,
        transfer -> isHandshake(transfer) ? delay : Decision.pass());
  }

  // The content types change_cipher_spec and handshake. The encrypted part of a handshake of TLS
  // 1.3 follows one of them in the same write.
  private static boolean isHandshake(Transfer transfer) {
    ByteBuffer bytes = transfer.bytes();
    return bytes.hasRemaining() && (bytes.get(0) == 20 || bytes.get(0) == 22);
  }

  /** Returns a fault that inverts the byte at this position of a stream. */
  public static FaultRule corrupt(long position) {
    requireNotNegative(position);
    return new FaultRule(
        "corrupt byte " + position,
        transfer -> {
          long index = position - transfer.position();
          return transfer.kind() == Kind.BYTES && index >= 0 && index < transfer.bytes().remaining()
              ? Decision.corrupt((int) index)
              : Decision.pass();
        });
  }

  /** Returns a fault that makes accepts fail, as a lack of file descriptors does. */
  public static FaultRule failAccept() {
    return on("fail accepts", Kind.ACCEPT, Decision.refuse());
  }

  /** Returns random faults, none of which is set yet. */
  public static RandomFaults random() {
    return RandomFaults.NONE;
  }

  private static FaultRule on(String text, Kind kind, Decision decision) {
    return new FaultRule(text, transfer -> transfer.kind() == kind ? decision : Decision.pass());
  }

  private static FaultRule atByte(String text, long bytes, Decision decision) {
    requireNotNegative(bytes);
    return new FaultRule(
        text.formatted(bytes),
        transfer -> {
          long passing = bytes - transfer.position();
          return transfer.kind() != Kind.BYTES || passing >= transfer.bytes().remaining()
              ? Decision.pass()
              : decision.after((int) Math.max(0, passing));
        });
  }

  private static long requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes (%d) must not be negative".formatted(bytes));
    }
    return bytes;
  }
}
