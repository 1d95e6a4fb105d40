package dev.mimic.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.guice.MimicModule;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
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
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/** A transport with servers, and OkHttp clients in one version of HTTP. */
final class Transport implements Closeable {
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

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder()
          .signedBy(AUTHORITY)
          .addSubjectAlternativeName("localhost")
          .addSubjectAlternativeName("127.0.0.1")
          .build();
  private static final HandshakeCertificates TRUST =
      new HandshakeCertificates.Builder().addTrustedCertificate(AUTHORITY.certificate()).build();
  private static final MimicResolver MEMORY =
      resolver(new InMemoryModule(InMemoryNetwork.create()));
  private static final MimicResolver HOST = resolver(new UnixLikeModule());

  final Kind kind;
  final boolean http2;
  final MimicResolver resolver;
  private final Path folder;
  private final List<OkHttpClient> clients = new ArrayList<>();
  private final List<Closeable> opened = new ArrayList<>();
  private @Nullable HttpServer serving;

  Transport(Kind kind, boolean http2) throws IOException {
    this.kind = kind;
    this.http2 = http2;
    this.resolver = kind.name().startsWith("MEMORY") ? MEMORY : HOST;
    this.folder = Files.createTempDirectory("http");
  }

  static MimicResolver resolver(boolean inMemory) {
    return inMemory ? MEMORY : HOST;
  }

  private static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule(), new HttpModule(), new Identity())
        .getInstance(MimicResolver.class);
  }

  static HandshakeCertificates trust() {
    return TRUST;
  }

  /** Writes the trusted certificate to a file, for clients that are programs. */
  static void writeTrust(Path file) throws IOException {
    Files.write(file, AUTHORITY.certificatePem().getBytes(US_ASCII));
  }

  /** The certificate of the servers and the trust of the clients. */
  private static final class Identity extends MimicModule {
    @Override
    protected void contribute() {
      bindValue(
          Tls.IDENTITY,
          TlsIdentity.of(SERVER.keyPair().getPrivate(), List.of(SERVER.certificate())));
      bindValue(Tls.TRUST, TlsTrust.of(AUTHORITY.certificate()));
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
    HttpServer server = with.serve(resolver.with(Http.OFFERED).listen(address), handler);
    opened.add(server);
    serving = server;
    return server;
  }

  /** Returns the URL of a path on this server. */
  String url(HttpServer server, String path) {
    return (kind == Kind.UNIX ? "http://localhost" : server.address()) + path;
  }

  /** Returns a client in the version of this transport, which is closed with the transport. */
  OkHttpClient client() {
    OkHttpClient.Builder builder =
        kind == Kind.UNIX ? Http.clientOver(resolver, address()) : Http.client(resolver);
    OkHttpClient client = builder.protocols(protocols()).build();
    clients.add(client);
    return client;
  }

  /** Returns the address of the server, which must be started before a client is created. */
  private String address() {
    return requireNonNull(serving, "no server").address();
  }

  private List<Protocol> protocols() {
    if (!http2) {
      return List.of(Protocol.HTTP_1_1);
    }
    return kind.isTls()
        ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
        : List.of(Protocol.H2_PRIOR_KNOWLEDGE);
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
    return kind + (http2 ? " HTTP/2" : " HTTP/1.1");
  }
}
