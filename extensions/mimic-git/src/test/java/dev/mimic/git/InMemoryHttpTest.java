package dev.mimic.git;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP with {@link GitService}, over an in-memory network. Over TLS, it requires a password. */
@ParameterizedClass
@ValueSource(strings = {"http", "https"})
class InMemoryHttpTest extends GitContract {
  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final String LOGIN =
      "Basic "
          + Base64.getEncoder().encodeToString("alice:s3cret".getBytes(StandardCharsets.US_ASCII));

  private final String scheme;

  InMemoryHttpTest(String scheme) {
    this.scheme = scheme;
  }

  @Override
  Running start(Path root, Path own) throws IOException {
    MimicResolver resolver =
        Guice.createInjector(
                new InMemoryModule(InMemoryNetwork.create()), new TlsModule(), new HttpModule())
            .getInstance(MimicResolver.class);
    ServedFolder served = new ServedFolder(root);
    TestCertificate certificate = AUTHORITY.certificate("localhost");
    Context listening =
        Http.OFFERED.with(
            Tls.IDENTITY, TlsIdentity.of(certificate.privateKey(), certificate.chain()));
    HttpServer server =
        HttpServer.serve(
            resolver.with(listening).listen(scheme + "://localhost:0"),
            request -> answer(served.service(), request));
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return resolver;
      }

      @Override
      public String address(String name) {
        return server.address() + "/" + name;
      }

      @Override
      public Context context() {
        Context trust = Context.empty().with(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));
        return scheme.equals("http")
            ? trust
            : trust.with(Address.USER, "alice").with(Address.PASSWORD, "s3cret");
      }

      @Override
      public void close() {
        server.close();
        served.close();
      }
    };
  }

  private HttpResponse answer(GitService service, HttpRequest request) throws IOException {
    return scheme.equals("http") || request.header("Authorization").orElse("").equals(LOGIN)
        ? service.handle(request)
        : HttpResponse.of(401).withHeader("WWW-Authenticate", "Basic realm=\"git\"");
  }
}
