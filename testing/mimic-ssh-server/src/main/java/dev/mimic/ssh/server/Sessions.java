package dev.mimic.ssh.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Network;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.SessionFactory;

/** The sessions of a server. They are MINA SSHD's, whose own server is never started. */
final class Sessions {
  private static final Duration LOGIN_TIMEOUT = Duration.ofMinutes(2);

  // A writer waits for a slow client without a limit; MINA's default is half a minute.
  private static final Duration NO_TIMEOUT = Duration.ofDays(1000);

  private static final RequestHandler<ConnectionService> REFUSE_OTHERS =
      (connection, request, wantReply, buffer) -> RequestHandler.Result.ReplyFailure;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("mimic-ssh-server timer").factory());
  private final TimeSource time;
  private final Users users;
  private final org.apache.sshd.server.SshServer settings;
  private final SessionFactory factory;

  Sessions(SshServer.Builder builder, SshHostKey hostKey) {
    Ed25519.register();
    this.time = builder.time;
    this.users = new Users(builder.keys, builder.passwords);
    this.settings = org.apache.sshd.server.SshServer.setUpDefaultServer();
    settings.setServiceFactories(org.apache.sshd.server.SshServer.DEFAULT_SERVICE_FACTORIES);
    settings.setKeyPairProvider(KeyPairProvider.wrap(hostKey.pair()));
    settings.setScheduledExecutorService(timer, false);
    settings.setGlobalRequestHandlers(
        List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE, REFUSE_OTHERS));
    settings.setChannelFactories(channels(builder.commands, builder.network, builder.reporter));
    settings.setPublickeyAuthenticator((user, key, session) -> users.has(user, key));
    settings.setPasswordAuthenticator((user, password, session) -> users.has(user, password));
    settings.setUserAuthFactories(users.methods());
    CoreModuleProperties.WINDOW_SIZE.set(settings, ServedChannel.WINDOW_BYTES);
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(settings, NO_TIMEOUT);
    builder.rekeyBytes.ifPresent(
        bytes -> CoreModuleProperties.REKEY_BYTES_LIMIT.set(settings, bytes));
    this.factory = new SessionFactory(settings);
  }

  /** Authorizes a key of a user. */
  void authorize(String user, String publicKey) {
    users.add(user, publicKey);
    settings.setUserAuthFactories(users.methods());
  }

  private static List<ChannelFactory> channels(
      Optional<SshCommandHandler> commands,
      Optional<Network> network,
      FlowServer.Reporter reporter) {
    List<ChannelFactory> channels = new ArrayList<>();
    commands.ifPresent(
        handler -> channels.add(factory("session", () -> new CommandChannel(handler, reporter))));
    network.ifPresent(
        through -> channels.add(factory("direct-tcpip", () -> new TunnelChannel(through))));
    return channels;
  }

  private static ChannelFactory factory(String kind, Supplier<Channel> channels) {
    return new ChannelFactory() {
      @Override
      public String getName() {
        return kind;
      }

      @Override
      public Channel createChannel(Session session) {
        return channels.get();
      }
    };
  }

  /** Serves a client until the connection ends. */
  void serve(Flow flow) throws Exception {
    FlowSession session = new FlowSession(flow, time, factory);
    TimeSource.Timer login = time.schedule(LOGIN_TIMEOUT, () -> requireLoggedIn(session));
    try {
      session.serve();
    } finally {
      login.cancel();
    }
  }

  private static void requireLoggedIn(FlowSession session) {
    AbstractSession known = AbstractSession.getSession(session, true);
    if (known == null || !known.isAuthenticated()) {
      Thread.ofVirtual().name("mimic-ssh-server login").start(() -> session.close(true));
    }
  }

  /** Ends MINA's timer. */
  void close() {
    timer.shutdownNow();
  }

  /** The users who can log in. Thread-safe. */
  private static final class Users {
    private final Map<String, Set<String>> keys = new ConcurrentHashMap<>();
    private final Map<String, String> passwords;

    Users(Map<String, Set<String>> keys, Map<String, String> passwords) {
      keys.forEach((user, lines) -> lines.forEach(line -> add(user, line)));
      this.passwords = Map.copyOf(passwords);
    }

    void add(String user, String publicKey) {
      keys.computeIfAbsent(user, name -> ConcurrentHashMap.newKeySet())
          .add(PublicKeys.line(publicKey));
    }

    /** Returns the authentication methods that at least one user has. */
    List<UserAuthFactory> methods() {
      List<UserAuthFactory> methods = new ArrayList<>();
      if (!keys.isEmpty()) {
        methods.add(UserAuthPublicKeyFactory.INSTANCE);
      }
      if (!passwords.isEmpty()) {
        methods.add(UserAuthPasswordFactory.INSTANCE);
      }
      return methods;
    }

    boolean has(String user, PublicKey key) {
      return keys.getOrDefault(user, Set.of()).contains(PublicKeys.line(key));
    }

    boolean has(String user, String password) {
      String expected = passwords.get(user);
      return expected != null
          && MessageDigest.isEqual(expected.getBytes(UTF_8), password.getBytes(UTF_8));
    }
  }
}
