package dev.mimic.tls.bouncycastle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsVersion;
import dev.mimic.unix.UnixLikeModule;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A resolver, servers of Mimic and of OpenSSL, and the certificate files that they share. */
final class TlsFixture {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final MimicResolver resolver;
  private final TestAuthority authority = TestAuthority.create();

  TlsFixture(Implementation implementation, Path folder) throws IOException {
    this.folder = folder;
    this.resolver =
        Guice.createInjector(new UnixLikeModule(), implementation.module())
            .getInstance(MimicResolver.class);
    Files.writeString(folder.resolve("ca.pem"), authority.rootPem());
    write("server", authority.certificate("localhost", "127.0.0.1"));
    write("client", authority.request().commonName("a client").issue());
  }

  TestAuthority authority() {
    return authority;
  }

  /** Writes {@code name.pem} and {@code name.key}, whose paths {@link #file} returns. */
  void write(String name, TestCertificate certificate) throws IOException {
    certificate.writePem(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
  }

  /** Returns the path of a file in the test's folder. */
  String file(String name) {
    return folder.resolve(name).toString();
  }

  static Context only(TlsVersion version) {
    return Context.empty().with(Tls.VERSIONS, Set.of(version));
  }

  Flow connect(int port, Context settings) throws IOException {
    return resolver
        .with(Context.empty().with(Tls.TRUST, Certificates.trust(authority)).merge(settings))
        .withTimeout(LIMIT)
        .resolve("tls://localhost:" + port);
  }

  FlowServer echo(Context settings) throws IOException {
    return serve(settings, flow -> flow.inputStream().transferTo(flow.outputStream()));
  }

  /** Starts a server on a free port of 127.0.0.1. */
  FlowServer serve(Context settings, FlowServer.Handler handler) throws IOException {
    Context server =
        Context.empty()
            .with(Tls.IDENTITY, Certificates.identity(authority, "localhost", "127.0.0.1"))
            .merge(settings);
    return FlowServer.builder()
        .reporter((what, failure) -> {}) // tests assert on the peer's view
        .serve(resolver.with(server).listen("tls://127.0.0.1:0"), handler);
  }

  /** Starts OpenSSL's server on a free port, which {@link #port} returns. */
  Program opensslServer(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl", "s_server"));
    command.addAll(List.of("-accept", "127.0.0.1:0"));
    command.addAll(List.of("-cert", file("server.pem"), "-key", file("server.key")));
    command.addAll(List.of(options));
    return Program.start(command);
  }

  int port(Program opensslServer) throws IOException, InterruptedException {
    return Integer.parseInt(opensslServer.await("ACCEPT .*:(\\d+)").group(1));
  }

  /** Starts OpenSSL's client, which checks the server's certificate. */
  Program opensslClient(FlowServer server, String... options) throws IOException {
    String at = server.address().replace("tls://", "");
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", at));
    command.addAll(List.of("-servername", "localhost", "-verify_hostname", "localhost"));
    command.addAll(List.of("-CAfile", file("ca.pem"), "-verify_return_error"));
    command.addAll(List.of(options));
    return Program.start(command);
  }

  /** Returns a port that is probably free. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static void send(Flow flow, String line) throws IOException {
    flow.write(UTF_8.encode(line + "\n"));
  }

  static String line(Flow flow) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = flow.inputStream().read(); c != '\n'; c = flow.inputStream().read()) {
      if (c < 0) {
        throw new EOFException("the stream ended after \"" + line + "\"");
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
