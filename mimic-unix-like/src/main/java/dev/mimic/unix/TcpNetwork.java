package dev.mimic.unix;

import static java.util.Objects.requireNonNull;

import dev.mimic.HappyEyeballs;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.InterruptibleLock;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * The TCP network of the host. Thread-safe; holds no connection and no thread.
 *
 * <p>To connect to a name, it is looked up ({@link NameResolver}), and the first of its addresses
 * that answers is used (RFC 8305). The address families alternate. An attempt starts 250 ms after
 * the previous one, or immediately when that has failed. To listen on a name, its first address is
 * used.
 *
 * <p>Flows have TCP_NODELAY set, and {@link Flow#find} finds their {@link SocketChannel}. The JDK
 * and the kernel measure read timeouts, in milliseconds. Shutting down an end of a flow whose peer
 * is gone has no effect. A write in progress fails when another thread shuts down the output.
 */
public final class TcpNetwork implements Network {
  private final NameLookup lookup;
  private final int backlog;
  private final Duration connectionAttemptDelay;

  private TcpNetwork(Builder builder) {
    this.lookup = new NameLookup(builder.names);
    this.backlog = builder.backlog;
    this.connectionAttemptDelay = builder.connectionAttemptDelay;
  }

  /** Returns a network with default settings. */
  public static TcpNetwork create() {
    return builder().build();
  }

  /** Returns a builder with default settings. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    InterruptibleLock.requireNotInterrupted();
    if (deadline.remaining().isZero()) {
      throw new SocketTimeoutException("no time is left to connect to " + to);
    }
    if (to.port() == 0) {
      throw new ConnectException("port 0 is for listening, where it lets the system choose");
    }
    List<InetAddress> addresses = lookup.addresses(to.host(), deadline);
    var eyeballs =
        new HappyEyeballs<>(
            new TcpSockets(to.port()), connectionAttemptDelay, deadline.timeSource());
    return TcpSockets.flow(
        eyeballs.connect(to.toString(), addresses, deadline), deadline.timeSource());
  }

  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
    InterruptibleLock.requireNotInterrupted(); // bind ignores interrupts
    if (deadline.remaining().isZero()) {
      throw new SocketTimeoutException("no time is left to listen on " + at);
    }
    InetAddress host = lookup.addresses(at.host(), deadline).getFirst();
    return TcpListener.open(at, host, backlog, deadline.timeSource());
  }

  /** Returns {@code tcp(localhost:80)}. */
  @Override
  public String describe(HostPort to) {
    return "tcp(" + to + ")";
  }

  /** Returns {@code TCP of this host}, for plans. */
  @Override
  public String toString() {
    return "TCP of this host";
  }

  /** A builder of {@link TcpNetwork}. */
  public static final class Builder {
    private static final Duration MIN_DELAY = Duration.ofMillis(10);

    private NameResolver names = NameResolver.system();
    private int backlog = 1024;
    private Duration connectionAttemptDelay = Duration.ofMillis(250);

    private Builder() {}

    /** Sets the resolver of names. Defaults to {@link NameResolver#system}. */
    public Builder nameResolver(NameResolver names) {
      this.names = requireNonNull(names, "names");
      return this;
    }

    /**
     * Sets the number of connections that can wait to be accepted, for each listener. Defaults to
     * 1024. The system may impose a lower limit.
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
     * Sets the delay between the start of an attempt to connect and that to the next address.
     * Defaults to 250 ms. RFC 8305, section 5, requires at least 10 ms.
     */
    public Builder connectionAttemptDelay(Duration delay) {
      if (delay.compareTo(MIN_DELAY) < 0) {
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
