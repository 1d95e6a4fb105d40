package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.BlockingCall;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** An SSH connection over a flow, which it owns. Thread-safe. */
final class SshConnection implements Closeable {
  // The time for the server to end its side. Until then, received bytes are read: closing with
  // unread bytes would reset the connection and lose the last bytes sent.
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private static final String DOWN = "session is down"; // a message of JSch

  private final Flow below;
  private final Session session;
  private final SessionLog log;
  private final FlowTransport transport;
  private final KeepAlive keepAlive;
  private final FlowInfo info;
  private final SshClient client;
  private final TimeSource time;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<SshFlow> flows = ConcurrentHashMap.newKeySet();
  private volatile Optional<Throwable> failureBeforeClose = Optional.empty();

  private SshConnection(LoginSetup setup, Flow below, FlowTransport transport, TimeSource time) {
    this.below = below;
    this.session = setup.session;
    this.log = setup.log;
    this.transport = transport;
    this.client = setup.client;
    this.time = time;
    this.info = below.info().under("ssh");
    this.keepAlive = KeepAlive.start(session, transport, client.keepAlive(), time);
  }

  /** Connects, verifies the host key and logs in. */
  static SshConnection open(
      Network network, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    LoginSetup setup = setup(at, user, client, deadline); // first, since it fails without a network
    Flow below;
    try {
      below = network.connect(at, deadline);
    } catch (SocketTimeoutException e) {
      SocketTimeoutException timeout =
          new SocketTimeoutException("connection to %s: %s".formatted(at, e.getMessage()));
      timeout.initCause(e);
      throw timeout;
    }
    return setup.logIn(below, deadline);
  }

  /** Verifies the host key and logs in over a connected flow, which is closed on failure. */
  static SshConnection over(
      Flow below, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    LoginSetup setup;
    try {
      setup = setup(at, user, client, deadline);
    } catch (IOException | RuntimeException e) {
      below.close();
      throw e;
    }
    return setup.logIn(below, deadline);
  }

  /** Prepares a login in a background call, since an SSH agent can block. */
  private static LoginSetup setup(HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    return BlockingCall.of("SSH keys", () -> LoginSetup.of(at, user, client)).run(deadline);
  }

  /** The state of a login before there is a flow. */
  private record LoginSetup(
      HostPort at,
      SshClient client,
      JSch jsch,
      Session session,
      KnownHostKeys known,
      SessionLog log,
      int keys)
      implements Closeable {

    static LoginSetup of(HostPort at, String user, SshClient client) throws IOException {
      JSch jsch = new JSch();
      SessionLog log = new SessionLog();
      jsch.setInstanceLogger(log);
      KnownHostKeys known = client.knownHosts().of(at);
      jsch.setHostKeyRepository(known);
      try {
        Session session = jsch.getSession(user, at.host(), at.port());
        session.setConfig("StrictHostKeyChecking", "yes"); // refuse unknown keys without a prompt
        SshAlgorithms.offer(session, known);
        // Platform threads, since JSch holds monitors while it waits for the network. A virtual
        // thread would also cost a thread switch for each message, in the JDK's poller.
        session.setThreadFactory(Thread.ofPlatform().daemon().factory());
        int keys = configureAuthentication(client, session);
        return new LoginSetup(at, client, jsch, session, known, log, keys);
      } catch (JSchException e) {
        throw new IOException("no SSH with %s: %s".formatted(at, e.getMessage()), e);
      }
    }

    /** Configures the authentication and returns the number of keys to offer. */
    private static int configureAuthentication(SshClient client, Session session)
        throws IOException {
      List<Identity> keys = new ArrayList<>();
      for (SshKey key : client.keys()) {
        keys.addAll(key.identities());
      }
      OfferedKeys offered = new OfferedKeys(keys);
      session.setIdentityRepository(offered);
      client.password().map(PasswordAnswers::new).ifPresent(session::setUserInfo);
      session.setConfig(
          "PreferredAuthentications",
          offered.methods()
              + (client.password().isPresent() ? ",password,keyboard-interactive" : ""));
      return keys.size();
    }

    /** Does nothing, since nothing is open yet. */
    @Override
    public void close() {}

    SshConnection logIn(Flow below, Deadline deadline) throws IOException {
      FlowTransport transport = new FlowTransport(below);
      HostKeyTap tap = new HostKeyTap(transport);
      session.setProxy(tap);
      session.setHostKeyRepository(
          known.withCertificateFault(
              () -> tap.certificate().flatMap(it -> it.fault(at.host(), Instant.now()))));
      return BlockingCall.<SshConnection>of(
              "SSH login at " + at,
              () -> {
                try {
                  session.connect();
                } catch (RuntimeException e) { // JSch throws it for malformed messages
                  throw new IOException("%s violates the SSH protocol: %s".formatted(at, e), e);
                } catch (JSchException e) {
                  throw new SshDiagnosis(at, session, jsch, client, keys, known, tap, log)
                      .explain(e);
                } finally {
                  tap.stop();
                }
                return new SshConnection(this, below, transport, deadline.timeSource());
              })
          .cancelWith(below)
          .run(deadline);
    }
  }

  /** Runs a command and returns a flow of its standard input and output. */
  SshFlow command(String command, Deadline deadline) throws IOException {
    ChannelExec channel = open("exec", ChannelExec.class);
    channel.setCommand(command.getBytes(UTF_8));
    String description = "the command \"%s\" on %s".formatted(command, info);
    return connect(channel, info, description, deadline);
  }

  /** Connects from the server to a host and a port (RFC 4254, section 7.2). */
  SshFlow tunnel(HostPort to, Deadline deadline) throws IOException {
    ChannelDirectTCPIP channel = open("direct-tcpip", ChannelDirectTCPIP.class);
    channel.setHost(to.host());
    channel.setPort(to.port());
    FlowInfo tunnel = info.under("direct-tcpip", to.toString());
    return connect(channel, tunnel, tunnel.toString(), deadline);
  }

  private <C extends Channel> C open(String kind, Class<C> type) throws IOException {
    try {
      return type.cast(session.openChannel(kind));
    } catch (JSchException e) {
      throw lost(e);
    }
  }

  private SshFlow connect(Channel channel, FlowInfo flowInfo, String description, Deadline deadline)
      throws IOException {
    SshFlow flow = new SshFlow(channel, flowInfo, description, this);
    // The timeout of JSch is longer than the deadline, which applies to the background call.
    int millis = Math.clamp(deadline.remaining().toMillis() + 1000, 1, Integer.MAX_VALUE);
    // An abandoned call closes nothing, as JSch would only forget the channel. If the channel opens
    // later, the background call closes it.
    return BlockingCall.<SshFlow>of(
            "SSH channel for " + flowInfo,
            () -> {
              transport.monitors().add(channel);
              try {
                channel.connect(millis);
              } catch (JSchException e) {
                if (isBeforeOpening(e)) {
                  throw lost(e);
                }
                throw SshDiagnosis.notOpened(channel, flowInfo, e);
              } finally {
                transport.monitors().remove(channel);
              }
              if (!channel.isConnected() && !channel.isClosed()) {
                PeerGoneException gone =
                    new PeerGoneException(info + " was lost", failure().orElse(null));
                // The library keeps to itself that the request for a tunnel could not be sent.
                throw channel instanceof ChannelDirectTCPIP ? lost(gone) : gone;
              }
              if (!JschAccess.isRegistered(session, channel)) {
                channel.disconnect(); // closed by the server before JSch had processed its opening
              }
              flows.add(flow);
              flow.startSender();
              return flow;
            })
        .run(deadline);
  }

  /**
   * Returns whether the connection was lost before the channel was open: no answer came, or the
   * request could not be sent. The library notes a lost connection only when a read fails, which a
   * write may do first. What fails later than the request has no message of this form.
   */
  private boolean isBeforeOpening(JSchException e) {
    return (!isOpen() && DOWN.equals(e.getMessage()))
        || (e.getCause() instanceof IOException cause && cause.toString().equals(e.getMessage()));
  }

  private LostException lost(Exception e) {
    Throwable cause = failure().orElse(e.getCause() == null ? e : e.getCause());
    String reason = DOWN.equals(cause.getMessage()) ? "" : ": " + cause.getMessage();
    return new LostException("%s is closed%s".formatted(info, reason), cause);
  }

  /** Thrown if the connection was lost before a channel was open, so the server has run nothing. */
  static final class LostException extends IOException {
    private static final long serialVersionUID = 1;

    LostException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Removes a flow that is closed and has sent all its data. */
  void ended(SshFlow flow) {
    flows.remove(flow);
  }

  /** A function that opens a channel on a connection. */
  interface ChannelOpener {
    SshFlow open(SshConnection connection) throws IOException;
  }

  /** Opens the only channel. Closing its flow closes this connection too. */
  SshFlow openSingle(ChannelOpener opener) throws IOException {
    try {
      SshFlow flow = opener.open(this);
      flow.setOwner(graceful -> end(graceful), true);
      return flow;
    } catch (IOException | RuntimeException e) {
      try {
        close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** Closes the connection gracefully, or aborts it, for example if writes block. */
  void end(boolean graceful) throws IOException {
    if (graceful) {
      close();
    } else {
      abort();
    }
  }

  FlowInfo info() {
    return info;
  }

  SshClient client() {
    return client;
  }

  TimeSource time() {
    return time;
  }

  /** Returns the failure that ended the connection, or empty. */
  Optional<Throwable> failure() {
    return closed.get()
        ? failureBeforeClose.or(
            () -> Optional.of(new IOException("the connection was closed here")))
        : log.failure();
  }

  <T> Optional<T> find(Class<T> type) {
    return below.find(type);
  }

  boolean isOpen() {
    return !closed.get() && session.isConnected();
  }

  /**
   * Aborts the open flows, and closes the connection after closed flows have sent their data.
   * Returns immediately. A non-daemon thread performs the work, so that the JVM waits for it.
   */
  void closeWithFlows() {
    if (!beginClosing()) {
      return;
    }
    Thread.ofPlatform()
        .name("mimic ssh closing")
        .start(
            () -> {
              flows.forEach(SshFlow::abort);
              flows.forEach(SshFlow::awaitClosed);
              closeBelow();
            });
  }

  private void abort() throws IOException {
    boolean unused = beginClosing();
    try {
      below.close(); // first, since it wakes threads that hold locks of JSch
    } finally {
      session.disconnect();
    }
  }

  @Override
  public void close() throws IOException {
    if (beginClosing()) {
      closeBelow();
    }
  }

  private boolean beginClosing() {
    if (closed.get()) {
      return false;
    }
    failureBeforeClose = log.failure();
    keepAlive.close();
    return closed.compareAndSet(false, true);
  }

  private void closeBelow() {
    try {
      below.shutdownOutput();
      boolean unused = transport.ended().await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The flow is already closed or reset.
    }
    try {
      below.close(); // first, since it wakes threads that hold locks of JSch
    } catch (IOException e) {
      // The flow is closed nevertheless.
    }
    session.disconnect();
  }
}
