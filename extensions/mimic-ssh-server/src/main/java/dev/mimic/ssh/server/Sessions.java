package dev.mimic.ssh.server;

import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.SessionFactory;

/** The sessions of a server, by the library, whose own server is never started. */
final class Sessions {
  private static final Duration LOGIN = Duration.ofMinutes(2);

  // A writer waits for a client as long as it takes; the library's own limit is half a minute.
  private static final Duration NO_LIMIT = Duration.ofDays(1000);

  private static final RequestHandler<ConnectionService> REFUSES_ALL_ELSE =
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
        List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE, REFUSES_ALL_ELSE));
    settings.setChannelFactories(channels(builder.commands, builder.network, builder.reporter));
    settings.setPublickeyAuthenticator((user, key, session) -> users.has(user, key));
    settings.setPasswordAuthenticator((user, password, session) -> users.has(user, password));
    settings.setUserAuthFactories(users.methods());
    CoreModuleProperties.WINDOW_SIZE.set(settings, ServedChannel.WINDOW_BYTES);
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(settings, NO_LIMIT);
    builder.rekeyBytes.ifPresent(
        bytes -> CoreModuleProperties.REKEY_BYTES_LIMIT.set(settings, bytes));
    this.factory = new SessionFactory(settings);
  }

  /** Lets a user in who has this key. */
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

  /** Serves a client until it has gone. */
  void serve(Flow flow) throws Exception {
    FlowSession session = new FlowSession(flow, time, factory);
    TimeSource.Timer login = time.schedule(LOGIN, () -> requireLoggedIn(session));
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

  /** Ends the library's timer. */
  void close() {
    timer.shutdownNow();
  }
}
