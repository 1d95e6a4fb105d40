package dev.mimic.unix;

import static java.util.Objects.requireNonNull;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * The host's own TCP. Thread-safe; holds no connection and no thread.
 *
 * <p>A name is looked up ({@link NameResolver}), and connected to at the first of its addresses
 * that answers (RFC 8305: the families take turns, an attempt begins 250 ms after the one before,
 * or at once when that has failed). To listen on a name is to listen on its first address.
 *
 * <p>Flows have TCP_NODELAY on, and {@link Flow#find} finds their {@link SocketChannel}. A read
 * time-out is measured by the JDK and the kernel, in milliseconds. To shut down an end of a flow
 * whose peer is gone does nothing; a write that is under way when another thread shuts the output
 * down fails.
 */
public final class TcpNetwork implements Network {
  // For a look-up that has no limit: to listen has no deadline. An interrupt ends it.
  private static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

  private final NameLookup lookup;
  private final int backlog;
  private final Duration connectionAttemptDelay;

  private TcpNetwork(Builder builder) {
    this.lookup = new NameLookup(builder.names);
    this.backlog = builder.backlog;
    this.connectionAttemptDelay = builder.connectionAttemptDelay;
  }

  /** Returns the network with all defaults. */
  public static TcpNetwork create() {
    return builder().build();
  }

  /** Returns a builder that has all defaults. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    requireNoInterrupt();
    if (deadline.remaining().isZero()) {
      throw new SocketTimeoutException("no time is left to connect to " + to);
    }
    if (to.port() == 0) {
      throw new ConnectException("port 0 is for listening, where it lets the system choose");
    }
    List<InetAddress> addresses = lookup.addresses(to.host(), deadline);
    var eyeballs = new HappyEyeballs<>(new TcpSockets(to.port()), connectionAttemptDelay);
    return TcpSockets.flow(eyeballs.connect(to.toString(), addresses, deadline));
  }

  @Override
  public FlowListener listen(HostPort at) throws IOException {
    requireNoInterrupt(); // to bind does not look at it
    Deadline never = Deadline.after(UNLIMITED, TimeSource.system());
    InetAddress host = lookup.addresses(at.host(), never).getFirst();
    return TcpListener.open(at, host, backlog);
  }

  private static void requireNoInterrupt() throws ClosedByInterruptException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
  }

  /** Returns {@code tcp(localhost:80)}. */
  @Override
  public String describe(HostPort to) {
    return "tcp(" + to + ")";
  }

  /** Returns what it is, for plans. */
  @Override
  public String toString() {
    return "TCP of this host";
  }

  /** Makes a {@link TcpNetwork} that is not the default one. */
  public static final class Builder {
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(10);

    private NameResolver names = NameResolver.system();
    private int backlog = 1024;
    private Duration connectionAttemptDelay = Duration.ofMillis(250);

    private Builder() {}

    /** Sets how names are looked up; {@link NameResolver#system} at first. */
    public Builder nameResolver(NameResolver names) {
      this.names = requireNonNull(names, "names");
      return this;
    }

    /**
     * Sets how many connections may wait to be accepted, for each listener; 1024 at first. The
     * system may hold it to less.
     */
    public Builder backlog(int connections) {
      if (connections < 1) {
        throw new IllegalArgumentException(
            "connections (%d) must be positive".formatted(connections));
      }
      this.backlog = connections;
      return this;
    }

    /**
     * Sets the delay between the begin of one attempt to connect and the next address's; 250 ms at
     * first. RFC 8305, section 5, allows no less than 10 ms.
     */
    public Builder connectionAttemptDelay(Duration delay) {
      if (delay.compareTo(SHORTEST_DELAY) < 0) {
        throw new IllegalArgumentException("delay (%s) must be at least 10 ms".formatted(delay));
      }
      this.connectionAttemptDelay = delay;
      return this;
    }

    /** Returns the network. */
    public TcpNetwork build() {
      return new TcpNetwork(this);
    }
  }
}
