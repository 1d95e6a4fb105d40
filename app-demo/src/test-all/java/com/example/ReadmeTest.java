package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Plan;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.sockets.FlowServerSocketFactory;
import dev.mimic.sockets.FlowSocketFactory;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshModule;
import dev.mimic.ssh.server.SshCommand;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the code of the README. */
@Timeout(60)
class ReadmeTest {

  @Test
  void firstScreen() throws IOException {
    Injector injector = Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()));
    MimicResolver resolver = injector.getInstance(MimicResolver.class);

    try (FlowServer server =
            FlowServer.serve(resolver.listen("tcp://localhost:0"), PingServer::answer);
        Flow flow = resolver.resolve(server.address())) {
      System.out.println(server.address() + " is carried by " + flow.info());
    }
  }

  @Test
  void theHost() throws IOException {
    Injector injector = Guice.createInjector(new UnixLikeModule());
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    PingClient client = injector.getInstance(PingClient.class);

    try (FlowServer server =
        FlowServer.serve(resolver.listen("tcp://localhost:0"), PingServer::answer)) {
      assertThat(client.ask(server.address(), "ping")).isEqualTo("pong");
    }
  }

  @Test
  void memory() throws IOException {
    Injector injector = Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()));
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    PingClient client = injector.getInstance(PingClient.class);

    try (FlowServer server =
        FlowServer.serve(resolver.listen("tcp://server:4000"), PingServer::answer)) {
      assertThat(client.ask(server.address(), "ping")).isEqualTo("pong");
    }
  }

  @Test
  void twoHosts() throws IOException {
    InMemoryNetwork network = InMemoryNetwork.create();
    Deployment server = Deployment.of("server", new InMemoryModule(network.host("server")));
    Deployment client = Deployment.of("client", new InMemoryModule(network.host("client")));

    try (FlowServer serving =
            FlowServer.serve(server.resolver().listen("tcp://0.0.0.0:80"), PingServer::answer);
        Flow flow = client.resolver().resolve("tcp://server:80")) {
      assertThat(serving.address()).isEqualTo("tcp://server:80");
      assertThat(flow.info().local()).startsWith("client:");
    }
  }

  @Test
  void aCommandInMemory() throws IOException {
    InMemoryNetwork network = InMemoryNetwork.create();
    MimicResolver resolver =
        Guice.createInjector(new InMemoryModule(network), new SshModule())
            .getInstance(MimicResolver.class);

    try (SshServer server =
        SshServer.builder()
            .password("me", "s3cret")
            .commands(ReadmeTest::uptime)
            .serve(network.listen(new HostPort("server.example", 22)))) {
      Context how =
          Context.empty()
              .with(Ssh.COMMAND, "uptime")
              .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(server.knownHost()));
      String address = "ssh://me:s3cret@server.example";
      try (Flow flow = resolver.with(how).resolve(address)) {
        String line = new String(flow.inputStream().readAllBytes(), UTF_8);
        assertThat(line).isEqualTo("up 3 days\n");
      }
    }
  }

  private static int uptime(SshCommand command) throws IOException {
    command.output().write("up 3 days\n".getBytes(UTF_8));
    return 0; // its exit status
  }

  @Test
  void aSchemeOfOnesOwn() throws IOException {
    Deployment deployment =
        Deployment.of("ping", new InMemoryModule(InMemoryNetwork.create()), new PingModule());
    Injector injector = deployment.injector();
    MimicResolver resolver = injector.getInstance(MimicResolver.class);

    try (FlowServer server =
        FlowServer.serve(resolver.listen("ping://server"), PingServer::answer)) {
      String answer = injector.getInstance(PingClient.class).ask("ping://server", "ping");
      assertThat(server.address()).isEqualTo("ping://server:4000");
      assertThat(answer).isEqualTo("pong");
    }
  }

  @Test
  void aDerivation() {
    MimicResolver resolver =
        Deployment.of(
                "services",
                new InMemoryModule(InMemoryNetwork.create()),
                new ServicesModule(Map.of("billing", 7001)))
            .resolver();

    Plan plan = resolver.plan("tcp://billing");
    assertThat(plan.connections()).containsExactly("inmemory(billing:7001)");
    System.out.println(plan);
  }

  @Test
  void aProtocolOfOnesOwn() throws IOException {
    MimicResolver resolver =
        Deployment.of("checked", new InMemoryModule(InMemoryNetwork.create()), new Checked.Module())
            .resolver();

    try (FlowServer good = FlowServer.serve(resolver.listen("tcp://good:1"), PingServer::answer);
        FlowServer bad = FlowServer.serve(resolver.listen("tcp://bad:1"), Flow::close);
        Flow flow = resolver.resolve("checked://good:1")) {
      assertThat(flow.isOpen()).isTrue();
      assertThrows(ResolutionException.class, () -> resolver.resolve("checked://bad:1"));
      assertThat(bad.address()).isEqualTo("tcp://bad:1");
      assertThat(good.address()).isEqualTo("tcp://good:1");
    }
  }

  @Test
  void http() throws IOException {
    assertThat(HttpHello.exchange()).isEqualTo("hello /you");
  }

  @Test
  void existingClients() throws IOException {
    MimicResolver resolver = MimicResolver.builder().network(InMemoryNetwork.create()).build();
    SocketFactory clients = FlowSocketFactory.of(resolver);
    ServerSocketFactory servers = FlowServerSocketFactory.of(resolver);

    try (ServerSocket listening = servers.createServerSocket(8080);
        Socket client = clients.createSocket("localhost", 8080);
        Socket server = listening.accept()) {
      client.getOutputStream().write('x');
      assertThat(server.getInputStream().read()).isEqualTo((int) 'x');
    }
  }

  @Test
  void withoutGuice() {
    MimicResolver resolver = MimicResolver.builder().network(InMemoryNetwork.create()).build();
    assertThat(resolver.plan("tcp://server:1").problem()).isEmpty();
  }
}
