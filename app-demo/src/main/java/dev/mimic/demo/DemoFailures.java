package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.UnknownSchemeException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.net.ConnectException;
import javax.net.ssl.SSLHandshakeException;

/** What fails, each time for another reason, and how that reads. */
final class DemoFailures {
  private final MimicResolver resolver;
  private final DemoTls tls;

  DemoFailures(MimicResolver resolver, DemoTls tls) {
    this.resolver = resolver;
    this.tls = tls;
  }

  /**
   * Returns what was tried, and the message of its failure.
   *
   * @throws IllegalStateException if something succeeds, or fails for another reason
   */
  Table table() throws IOException {
    return new Table()
        .row("a scheme that is not there", unknownScheme())
        .row("a server that is not there", refused())
        .row("a certificate of nobody known", refusedCertificate())
        .row("no TLS where there could be", refusedDowngrade());
  }

  private String unknownScheme() {
    return message(failure("pign://localhost:4000", Context.empty()), UnknownSchemeException.class);
  }

  /** Connects to where somebody has just stopped listening. */
  private String refused() throws IOException {
    String address;
    try (var listener = resolver.listen("tcp://localhost:0")) {
      address = listener.address();
    }
    return message(failure(address, Context.empty()), ConnectException.class);
  }

  /** Connects without knowing the server's authority. */
  private String refusedCertificate() throws IOException {
    try (FlowServer server =
        FlowServer.serve(
            resolver.with(tls.server()).listen("tls://localhost:0"), PingPong::serve)) {
      ResolutionException failure = failure(server.address(), Context.empty());
      return message(failure, SSLHandshakeException.class);
    }
  }

  /** Connects without saying how, to where nobody speaks TLS: it is not tried without. */
  private String refusedDowngrade() throws IOException {
    try (FlowServer server =
        FlowServer.serve(
            resolver.listen("tcp://localhost:0"), flow -> flow.write(US_ASCII.encode("hello\n")))) {
      int port = HostPort.ofAddress(server.address()).port();
      Context where = tls.client().with(Address.HOST, "localhost").with(Address.PORT, port);
      ResolutionException failure = failure(() -> resolver.resolve(where));
      return message(failure, SSLHandshakeException.class) + "; plain was " + notTried(failure);
    }
  }

  private static String notTried(ResolutionException failure) {
    return failure
        .report()
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("not tried"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("it was tried in clear", failure));
  }

  private ResolutionException failure(String address, Context how) {
    return failure(() -> resolver.with(how).resolve(address));
  }

  private static ResolutionException failure(Connecting connecting) {
    try {
      connecting.connect().close();
    } catch (ResolutionException e) {
      return e;
    } catch (IOException e) {
      throw new IllegalStateException("a resolution failed, and not as it should", e);
    }
    throw new IllegalStateException("connected to what cannot be connected to");
  }

  /** Returns the message of a failure, which must be for this reason. */
  private static String message(ResolutionException failure, Class<?> reason) {
    Throwable cause = failure instanceof UnknownSchemeException ? failure : failure.getCause();
    if (!reason.isInstance(cause)) {
      throw new IllegalStateException("it failed, and not as it should", failure);
    }
    return requireNonNull(failure.getMessage());
  }

  /** A connection that is tried. */
  private interface Connecting {
    Flow connect() throws IOException;
  }
}
