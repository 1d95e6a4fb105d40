package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.Context;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A scan of the JDK's TLS by testssl, which must find no weakness. It takes many handshakes, so
 * Bouncy Castle was scanned by hand, and only sslscan scans it here.
 */
@Tag("full")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TestsslTest {
  private static final long LIMIT_SECONDS = 240;

  /** Findings that testssl has for every server with a certificate of a private authority. */
  private static final Set<String> EXPECTED =
      Set.of(
          "engine_problem", // about the scanner: its OpenSSL has no GOST ciphers
          "cert_revocation", // a local authority publishes no revocation list
          // The scanner's client may exit before our answer arrives. The scanner then reports
          // consent or a failed check. Our own tests wait for the refusal and for the ticket.
          "secure_client_renego",
          "sessionresumption_ticket");

  private final TlsFixture fixture;

  TestsslTest(@TempDir Path folder) throws IOException {
    this.fixture = new TlsFixture(Implementation.JSSE, folder);
  }

  @Test
  void testssl_defaultServer_findsNoWeakness() throws Exception {
    Path report = Path.of(fixture.file("report.json"));
    try (FlowServer server = fixture.echo(Context.empty());
        Program scanner = testssl(server, report)) {
      scanner.endInput();
      scanner.awaitEnd(LIMIT_SECONDS);
    }
    Map<String, String> ratings = ratings(Files.readString(report));
    assertWithMessage("what was looked for")
        .that(ratings)
        .containsAtLeast(
            "SSLv2",
            "OK",
            "SSLv3",
            "OK",
            "TLS1",
            "INFO",
            "TLS1_1",
            "INFO",
            "TLS1_2",
            "OK",
            "TLS1_3",
            "OK",
            "heartbleed",
            "OK",
            "CCS",
            "OK",
            "ROBOT",
            "OK",
            "secure_renego",
            "OK",
            "CRIME_TLS",
            "OK",
            "fallback_SCSV",
            "OK",
            "SWEET32",
            "OK",
            "FREAK",
            "OK",
            "DROWN",
            "OK",
            "LOGJAM",
            "OK",
            "BEAST",
            "OK",
            "LUCKY13",
            "OK",
            "RC4",
            "OK",
            "cert_trust",
            "OK",
            "cert_chain_of_trust",
            "OK");
    ratings.keySet().removeAll(EXPECTED);
    assertWithMessage("ratings of %s", ratings)
        .that(Set.of("OK", "INFO", "DEBUG"))
        .containsAtLeastElementsIn(Set.copyOf(ratings.values()));
  }

  private Program testssl(FlowServer server, Path report) throws IOException {
    return Program.start(
        "testssl",
        "--quiet",
        "--warnings=off",
        "--nodns=none",
        "--add-ca=" + fixture.file("ca.pem"),
        "--protocols",
        "--server-defaults",
        "--vulnerable",
        "--jsonfile=" + report,
        at(server));
  }

  /** Returns the rating of each finding by its name. */
  private static Map<String, String> ratings(String report) {
    Map<String, String> ratings = new TreeMap<>();
    Pattern.compile("\"id\"\\s*:\\s*\"(.*?)\".*?\"severity\"\\s*:\\s*\"(\\w+)\"", Pattern.DOTALL)
        .matcher(report)
        .results()
        .forEach((MatchResult found) -> ratings.put(found.group(1), found.group(2)));
    return ratings;
  }

  private static String at(FlowServer server) {
    return server.address().replace("tls://", "");
  }
}
