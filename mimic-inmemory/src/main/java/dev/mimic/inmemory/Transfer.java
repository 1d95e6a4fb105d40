package dev.mimic.inmemory;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A step of a connection on an {@link InMemoryNetwork} that a {@link Rule} decides about.
 * Immutable; valid during the call of the rule.
 */
public final class Transfer {

  /** The kinds of steps. */
  public enum Kind {
    /** A connect reaches the host that it was sent to. */
    CONNECT,
    /** The answer to a connect reaches the host that connects. */
    ANSWER,
    /** A flow is accepted from a listener. */
    ACCEPT,
    /** A connection is open while the rules change. Only a reset or an end has an effect. */
    OPEN,
    /** Bytes reach the receiver. */
    BYTES,
    /** The end of the stream reaches the receiver. */
    END,
    /** A reset reaches the receiver. */
    RESET
  }

  private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final Kind kind;
  private final Connection connection;
  private final boolean toServer;
  private final long position;
  private final ByteBuffer bytes;

  Transfer(
      Kind kind,
      Connection connection,
      boolean toServer,
      long position,
      @Nullable ByteBuffer data) {
    this.kind = kind;
    this.connection = connection;
    this.toServer = toServer;
    this.position = position;
    this.bytes = data == null ? NONE : data.asReadOnlyBuffer();
  }

  /** Returns the kind of step. */
  public Kind kind() {
    return kind;
  }

  /** Returns the name of the host that sends. */
  public String from() {
    return toServer ? client() : server();
  }

  /** Returns the name of the host that receives. */
  public String to() {
    return toServer ? server() : client();
  }

  /** Returns the name of the host that connected. */
  public String client() {
    return connection.client().name();
  }

  /** Returns the name of the host that listens. */
  public String server() {
    return connection.server().name();
  }

  /** Returns the port of the listener. */
  public int port() {
    return connection.port();
  }

  /** Returns the number of the connection in its network, from 1, in the order of connects. */
  public long connection() {
    return connection.number();
  }

  /** Returns the number of bytes that this direction has transferred before. */
  public long position() {
    return position;
  }

  /** Returns the bytes, read-only; empty unless the kind is {@link Kind#BYTES}. */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /**
   * Returns a number from 0 (inclusive) to 1 (exclusive). It depends on the seed of the network, on
   * the ends of the connection and on the place in its stream, and not on time or threads.
   *
   * @param use distinguishes several numbers for one transfer
   */
  public double random(int use) {
    return connection.random(toServer, kind.name().hashCode() * 31L + position, use);
  }

  /** Returns whether the sender has this name or alias. */
  boolean isFrom(String name) {
    return connection.isHost(toServer ? connection.client() : connection.server(), name);
  }

  /** Returns whether the receiver has this name or alias. */
  boolean isTo(String name) {
    return connection.isHost(toServer ? connection.server() : connection.client(), name);
  }

  /** Returns whether a host of the connection neither sends nor receives. */
  boolean isSilenced() {
    return kind != Kind.OPEN
        && kind != Kind.ACCEPT
        && (connection.client().isSilent() || connection.server().isSilent());
  }

  /** Returns the kind, the hosts and the position, such as {@code bytes web -> api:443 #1 at 0}. */
  @Override
  public String toString() {
    return "%s %s -> %s:%d #%d at %d"
        .formatted(
            kind.name().toLowerCase(Locale.ROOT), from(), to(), port(), connection(), position);
  }
}
