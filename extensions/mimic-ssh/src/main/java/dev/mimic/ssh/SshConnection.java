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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** An SSH connection over a flow, which it closes. Thread-safe. */
final class SshConnection implements Closeable {
  // How long a server that was told of the end may take to end its side, while what it still sends
  // is read: unread, that would turn the last bytes into a reset.
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private static final String DOWN = "session is down"; // as the library says it

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
  private volatile Optional<Throwable> lostBefore = Optional.empty();

  private SshConnection(Opening opening, Flow below, FlowTransport transport, TimeSource time) {
    this.below = below;
    this.session = opening.session;
    this.log = opening.log;
    this.transport = transport;
    this.client = opening.client;
    this.time = time;
    this.info = below.info().under("ssh");
    this.keepAlive = KeepAlive.start(session, transport, client.keepAlive(), time);
  }

  /** Connects, checks the host's key, and logs in. */
  static SshConnection open(
      Network network, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    Opening opening = opening(at, user, client, deadline); // what is wrong there needs no network
    Flow below;
    try {
      below = network.connect(at, deadline);
    } catch (SocketTimeoutException e) {
      throw Elsewhere.late("connection to " + at, e);
    }
    return opening.over(below, deadline);
  }

  /** The same over a flow that is connected, and is closed if this fails. */
  static SshConnection over(
      Flow below, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    Opening opening;
    try {
      opening = opening(at, user, client, deadline);
    } catch (IOException | RuntimeException e) {
      below.close();
      throw e;
    }
    return opening.over(below, deadline);
  }

  /** Elsewhere, for an agent may hang. */
  private static Opening opening(HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    return Elsewhere.run(deadline, () -> {}, "SSH keys", () -> Opening.of(at, user, client));
  }

  /** All that is known before there is a flow. */
  private record Opening(
      HostPort at,
      SshClient client,
      JSch library,
      Session session,
      KnownHost known,
      SessionLog log,
      int keys)
      implements Closeable {

    static Opening of(HostPort at, String user, SshClient client) throws IOException {
      JSch library = new JSch();
      SessionLog log = new SessionLog();
      library.setInstanceLogger(log);
      KnownHost known = client.knownHosts().of(at);
      library.setHostKeyRepository(known);
      try {
        Session session = library.getSession(user, at.host(), at.port());
        session.setConfig("StrictHostKeyChecking", "yes"); // to refuse, and not to ask
        SshAlgorithms.offer(session, known);
        // Of the platform: the library holds monitors while it waits for the network, and a virtual
        // thread is woken by way of the JDK's poller, one switch more for each message.
        session.setThreadFactory(Thread.ofPlatform().daemon().factory());
        int keys = authenticateBy(client, session);
        return new Opening(at, client, library, session, known, log, keys);
      } catch (JSchException e) {
        throw new IOException("no SSH with %s: %s".formatted(at, e.getMessage()), e);
      }
    }

    /** Returns how many keys there are to show. */
    private static int authenticateBy(SshClient client, Session session) throws IOException {
      List<Identity> keys = new ArrayList<>();
      for (SshKey key : client.keys()) {
        keys.addAll(key.identities());
      }
      ShownKeys shown = new ShownKeys(keys);
      session.setIdentityRepository(shown);
      client.password().map(PasswordAnswers::new).ifPresent(session::setUserInfo);
      session.setConfig(
          "PreferredAuthentications",
          shown.method() + (client.password().isPresent() ? ",password,keyboard-interactive" : ""));
      return keys.size();
    }

    /** Does nothing: nothing is open yet. */
    @Override
    public void close() {}

    SshConnection over(Flow below, Deadline deadline) throws IOException {
      FlowTransport transport = new FlowTransport(below);
      HostKeyTap tap = new HostKeyTap(transport);
      session.setProxy(tap);
      session.setHostKeyRepository(
          known.refusing(
              () -> tap.certificate().flatMap(it -> it.fault(at.host(), Instant.now()))));
      return Elsewhere.run(
          deadline,
          below,
          "SSH login at " + at,
          () -> {
            try {
              session.connect();
            } catch (RuntimeException e) { // so it fails on messages that are not whole
              throw new IOException("%s does not keep to SSH: %s".formatted(at, e), e);
            } catch (JSchException e) {
              throw new SshFailure(at, session, library, client, keys, known, tap, log).explain(e);
            } finally {
              tap.stop();
            }
            return new SshConnection(this, below, transport, deadline.timeSource());
          });
    }
  }

  /** Runs a command; the flow is its standard input and output. */
  SshFlow command(String command, Deadline deadline) throws IOException {
    ChannelExec channel = open("exec", ChannelExec.class);
    channel.setCommand(command.getBytes(UTF_8));
    String shown = "the command \"%s\" on %s".formatted(command, info);
    return opened(channel, info, shown, deadline);
  }

  /** Connects from the server to a host and a port (RFC 4254, section 7.2). */
  SshFlow tunnel(HostPort to, Deadline deadline) throws IOException {
    ChannelDirectTCPIP channel = open("direct-tcpip", ChannelDirectTCPIP.class);
    channel.setHost(to.host());
    channel.setPort(to.port());
    FlowInfo tunnel =
        new FlowInfo("direct-tcpip", info.local(), to.toString(), Optional.of(info), Map.of());
    return opened(channel, tunnel, tunnel.toString(), deadline);
  }

  private <C extends Channel> C open(String kind, Class<C> type) throws IOException {
    try {
      return type.cast(session.openChannel(kind));
    } catch (JSchException e) {
      throw lost(e);
    }
  }

  private SshFlow opened(Channel channel, FlowInfo flowInfo, String shown, Deadline deadline)
      throws IOException {
    SshFlow flow = new SshFlow(channel, flowInfo, shown, this);
    // The library's own limit comes after ours, of which it knows nothing.
    int millis = Math.clamp(deadline.remaining().toMillis() + 1000, 1, Integer.MAX_VALUE);
    // Nothing is closed when it is given up: the library would only forget the channel. One that
    // opens after that is closed then.
    return Elsewhere.run(
        deadline,
        () -> {},
        "SSH channel for " + flowInfo,
        () -> {
          try {
            channel.connect(millis);
          } catch (JSchException e) {
            if (isBeforeOpening(e)) {
              throw lost(e);
            }
            throw SshFailure.notOpened(channel, flowInfo, e);
          }
          if (!channel.isConnected() && !channel.isClosed()) {
            PeerGoneException gone =
                new PeerGoneException(info + " was lost", failure().orElse(null));
            // The library keeps to itself that the request for a tunnel could not be sent.
            throw channel instanceof ChannelDirectTCPIP ? lost(gone) : gone;
          }
          if (!OpenChannels.has(session, channel)) {
            channel.disconnect(); // it was closed before the library had noted that it was open
          }
          flows.add(flow);
          flow.begin();
          return flow;
        });
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

  /** The connection was lost before a channel was open: the server has run nothing. */
  static final class LostException extends IOException {
    private static final long serialVersionUID = 1;

    LostException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Notes that a flow has ended, with all that it had to send. */
  void ended(SshFlow flow) {
    flows.remove(flow);
  }

  /** Opens a channel of a connection. */
  interface Opener {
    SshFlow open(SshConnection connection) throws IOException;
  }

  /** Returns the flow of the one channel, whose close closes this connection too. */
  SshFlow withOne(Opener opener) throws IOException {
    try {
      SshFlow flow = opener.open(this);
      flow.belongsTo(inOrder -> end(inOrder), true);
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

  /** Ends it: in order, or without a word, as what is written blocks. */
  void end(boolean inOrder) throws IOException {
    if (inOrder) {
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

  /** Returns what ended the connection, if it has ended. */
  Optional<Throwable> failure() {
    return closed.get()
        ? lostBefore.or(() -> Optional.of(new IOException("the connection was closed here")))
        : log.failure();
  }

  <T> Optional<T> find(Class<T> type) {
    return below.find(type);
  }

  boolean isOpen() {
    return !closed.get() && session.isConnected();
  }

  /**
   * Ends the flows that are open, and closes it when those that were closed have sent what they
   * had. Returns at once; a thread of its own does that, which the JVM's end waits for.
   */
  void closeWithFlows() {
    if (!beginClosing()) {
      return;
    }
    Thread.ofPlatform()
        .name("mimic ssh closing")
        .start(
            () -> {
              flows.forEach(SshFlow::lose);
              flows.forEach(SshFlow::awaitEnd);
              closeBelow();
            });
  }

  private void abort() throws IOException {
    boolean unused = beginClosing();
    try {
      below.close(); // first: it wakes who holds the library's locks
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
    lostBefore = log.failure();
    keepAlive.close();
    return closed.compareAndSet(false, true);
  }

  private void closeBelow() {
    try {
      below.shutdownOutput();
      boolean unused = transport.ended().await(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // It is gone already.
    }
    try {
      below.close(); // first: it wakes who holds the library's locks
    } catch (IOException e) {
      // As far as it can be, it is closed.
    }
    session.disconnect();
  }
}
