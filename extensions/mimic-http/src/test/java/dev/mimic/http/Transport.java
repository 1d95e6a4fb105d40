package dev.mimic.http;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.MimicModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.peers.Daemon;
import dev.mimic.proxy.Socks5Proxy;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshJump;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;

/**
 * A transport between a client and its servers, with or without TLS.
 *
 * <pre>
 *   client -- http:// or https:// --> [memory | TCP | Unix socket | SOCKS proxy | SSH jump host] --> server
 * </pre>
 */
final class Transport implements Closeable {
  enum Kind {
    MEMORY,
    MEMORY_TLS,
    TCP,
    TCP_TLS,
    UNIX,
    PROXY_TLS,
    JUMP;

    boolean isTls() {
      return name().endsWith("_TLS");
    }

    private boolean isInMemory() {
      return name().startsWith("MEMORY") || this == JUMP;
    }
  }

  static final TestAuthority AUTHORITY = TestAuthority.create();

  final Kind kind;
  final MimicResolver resolver;
  private final List<OkHttpClient> clients = new ArrayList<>();
  private final List<Closeable> opened = new ArrayList<>();
  private final Path folder;
  private Context context = Context.empty();

  Transport(Kind kind) throws IOException {
    this.kind = kind;
    this.folder = Files.createTempDirectory("http");
    InMemoryNetwork network = InMemoryNetwork.create();
    this.resolver =
        resolver(kind.isInMemory() ? new InMemoryModule(network) : new UnixLikeModule());
    switch (kind) {
      case PROXY_TLS -> context = Context.empty().with(Network.HOPS, List.of(proxy()));
      case JUMP -> context = Context.empty().with(Network.HOPS, List.of(jump(network)));
      case MEMORY, MEMORY_TLS, TCP, TCP_TLS, UNIX -> {}
    }
  }

  static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule(), new HttpModule(), new Certificates())
        .getInstance(MimicResolver.class);
  }

  private static final class Certificates extends MimicModule {
    @Override
    protected void contribute() {
      TestCertificate own = certificate();
      bindValue(Tls.IDENTITY, TlsIdentity.of(own.privateKey(), own.chain()));
      bindValue(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));
    }
  }

  static TestCertificate certificate() {
    return AUTHORITY.certificate("localhost", "127.0.0.1");
  }

  private Network.Hop proxy() throws IOException {
    int port = Daemon.freePort();
    opened.add(Daemon.start(port, "microsocks", "-i", "127.0.0.1", "-p", "" + port));
    return Socks5Proxy.at(new HostPort("127.0.0.1", port));
  }

  private Network.Hop jump(InMemoryNetwork network) throws IOException {
    HostPort at = new HostPort("jump.example", 22);
    SshServer server =
        SshServer.builder().password("me", "s3cret").forwardBy(network).serve(network.listen(at));
    opened.add(server);
    SshClient client =
        SshClient.builder()
            .password("s3cret")
            .knownHosts(SshKnownHosts.of(server.knownHost()))
            .build();
    return SshJump.of(at, "me", client);
  }

  /** Listens without TLS, for servers that use no TLS or their own. */
  FlowListener listen() throws IOException {
    return resolver.listen(
        kind == Kind.UNIX
            ? "unix:" + folder.resolve("socket" + opened.size())
            : "tcp://localhost:0");
  }

  /** Serves connections, over TLS if this transport uses it, and returns the server. */
  FlowServer serve(FlowServer.Handler handler) throws IOException {
    FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {}) // clients end connections on purpose
            .serve(
                kind.isTls() ? resolver.with(Http.OFFERED).listen("https://localhost:0") : listen(),
                handler);
    opened.add(server);
    return server;
  }

  /** Returns the URL of a server at this address, without a path. */
  String url(String address) {
    String authority =
        kind == Kind.UNIX ? "localhost" : address.substring(address.indexOf("://") + 3);
    return (kind.isTls() ? "https://" : "http://") + authority;
  }

  /** Returns the builder of a client to the server at this address. */
  OkHttpClient.Builder client(String address) {
    return kind == Kind.UNIX
        ? Http.clientOver(resolver, address, context)
        : Http.client(resolver, context);
  }

  /** Builds a client that is closed with this transport. */
  OkHttpClient build(OkHttpClient.Builder builder) {
    OkHttpClient client = builder.build();
    clients.add(client);
    return client;
  }

  void closeLater(Closeable resource) {
    opened.add(resource);
  }

  @Override
  public void close() throws IOException {
    clients.forEach(Http::close); // before the servers, which wait for their connections
    for (Closeable each : opened.reversed()) {
      each.close();
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public String toString() {
    return kind.toString();
  }
}
