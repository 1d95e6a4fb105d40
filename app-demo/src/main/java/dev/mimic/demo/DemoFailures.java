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
import java.io.PrintStream;
import java.net.ConnectException;
import javax.net.ssl.SSLHandshakeException;

/** Connections that fail, each for another reason, with their messages. */
final class DemoFailures {
  private static final int[] WIDTHS = {21, 55};

  private final MimicResolver resolver;
  private final DemoTls tls;

  DemoFailures(MimicResolver resolver, DemoTls tls) {
    this.resolver = resolver;
    this.tls = tls;
  }

  /**
   * Prints each attempt with the message of its failure.
   *
   * @throws IllegalStateException if an attempt succeeds, or fails for another reason
   */
  void print(PrintStream out) throws IOException {
    out.print(row("unknown scheme", unknownScheme()));
    out.print(row("no server", refused()));
    out.print(row("untrusted certificate", refusedCertificate()));
    out.print(row("no fallback from TLS", refusedDowngrade()));
    out.println();
  }

  private static String row(String attempt, String message) {
    return new Table(2).row(attempt, Advice.inOptions(message)).print(WIDTHS);
  }

  private String unknownScheme() {
    return message(failure("pign://localhost:4000", Context.empty()), UnknownSchemeException.class);
  }

  /** Connects to the address of a closed listener. */
  private String refused() throws IOException {
    String address;
    try (var listener = resolver.listen("tcp://localhost:0")) {
      address = listener.address();
    }
    return message(failure(address, Context.empty()), ConnectException.class);
  }

  /** Connects without trust in the authority of the server. */
  private String refusedCertificate() throws IOException {
    try (FlowServer server =
        FlowServer.serve(
            resolver.with(tls.server()).listen("tls://localhost:0"), PingPong::serve)) {
      ResolutionException failure = failure(server.address(), Context.empty());
      return message(failure, SSLHandshakeException.class);
    }
  }

  /** Connects by a context, without a scheme, to a server without TLS. */
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
        .orElseThrow(() -> new IllegalStateException("it was tried without TLS", failure));
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
      throw new IllegalStateException("the resolution failed in another way", e);
    }
    throw new IllegalStateException("an attempt that must fail has succeeded");
  }

  /** Returns the message of a failure, which must have this cause. */
  private static String message(ResolutionException failure, Class<?> reason) {
    Throwable cause = failure instanceof UnknownSchemeException ? failure : failure.getCause();
    if (!reason.isInstance(cause)) {
      throw new IllegalStateException("it failed for another reason", failure);
    }
    return requireNonNull(failure.getMessage());
  }

  /** An attempt to connect. */
  private interface Connecting {
    Flow connect() throws IOException;
  }
}
