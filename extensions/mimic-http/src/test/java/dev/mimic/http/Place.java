package dev.mimic.http;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.guice.MimicModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A client and a server on a kind of flow, in one version of HTTP. */
final class Place implements Closeable {
  enum Kind {
    MEMORY,
    MEMORY_TLS,
    TCP,
    TCP_TLS,
    UNIX;

    boolean isTls() {
      return name().endsWith("_TLS");
    }
  }

  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final MimicResolver MEMORY = resolver(true);
  private static final MimicResolver HOST = resolver(false);

  final Kind kind;
  final HttpVersion version;
  final MimicResolver resolver;
  private final List<Closeable> opened = new ArrayList<>();
  private Path folder;

  Place(Kind kind, HttpVersion version) throws IOException {
    this.kind = kind;
    this.version = version;
    this.resolver = kind.name().startsWith("MEMORY") ? MEMORY : HOST;
    this.folder = Files.createTempDirectory("http");
  }

  static MimicResolver resolver(boolean inMemory) {
    return inMemory ? resolver(InMemoryNetwork.create()) : resolver(new UnixLikeModule());
  }

  static MimicResolver resolver(InMemoryNetwork network) {
    return resolver(new InMemoryModule(network));
  }

  private static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule(), new HttpModule(), new Identity())
        .getInstance(MimicResolver.class);
  }

  /** Returns who the servers are, for those of other programs. */
  static TestCertificate certificate() {
    return AUTHORITY.certificate("localhost");
  }

  /** Returns who they were until yesterday. */
  static TestCertificate expiredCertificate() {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    return AUTHORITY
        .request("localhost")
        .validity(yesterday.minus(Duration.ofDays(1)), yesterday)
        .issue();
  }

  static TlsIdentity identity(TestCertificate certificate) {
    return TlsIdentity.of(certificate.privateKey(), certificate.chain());
  }

  /** Writes whom the clients trust, for those that are other programs. */
  static void writeTrust(Path file) throws IOException {
    Files.writeString(file, AUTHORITY.rootPem());
  }

  /** Who the servers are, and that the clients trust them. */
  private static final class Identity extends MimicModule {
    @Override
    protected void contribute() {
      bindValue(Tls.IDENTITY, identity(certificate()));
      bindValue(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));
    }
  }

  HttpServer serve(HttpHandler handler) throws IOException {
    return serve(HttpServer.builder(), handler);
  }

  HttpServer serve(HttpServer.Builder with, HttpHandler handler) throws IOException {
    String address =
        switch (kind) {
          case UNIX -> "unix:" + folder.resolve("socket" + opened.size());
          case MEMORY, TCP -> "http://localhost:0";
          case MEMORY_TLS, TCP_TLS -> "https://localhost:0";
        };
    HttpServer server = with.serve(resolver.listen(address, Http.OFFERED), handler);
    opened.add(server);
    return server;
  }

  HttpClient client() {
    return client(builder());
  }

  HttpClient client(HttpClient.Builder builder) {
    HttpClient client = builder.build();
    opened.add(client);
    return client;
  }

  HttpClient.Builder builder() {
    return HttpClient.builder(resolver).versions(version);
  }

  /** Returns a request to this server, by the way that this place has to it. */
  HttpRequest request(HttpServer server, String method, String path) {
    return kind == Kind.UNIX
        ? HttpRequest.of(method, "http://localhost" + path).over(server.address())
        : HttpRequest.of(method, server.address() + path);
  }

  HttpRequest get(HttpServer server, String path) {
    return request(server, "GET", path);
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : opened.reversed()) {
      each.close();
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public String toString() {
    return kind + " " + version;
  }
}
