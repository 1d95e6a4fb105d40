package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.tls.bouncycastle.Implementation.JSSE;
import static dev.mimic.tls.bouncycastle.TlsFixture.line;
import static dev.mimic.tls.bouncycastle.TlsFixture.only;
import static dev.mimic.tls.bouncycastle.TlsFixture.send;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of renegotiation (RFC 5246, section 7.4.1.1), requested by OpenSSL. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class RenegotiationTest {
  private static final Context TLS_1_2 = only(TlsVersion.TLS_1_2);

  // OpenSSL prints the first ClientHello as one of TLS 1.3.
  private static final String RENEWED = "<<< TLS 1.2, Handshake .* ClientHello";

  private final Implementation implementation;
  private final TlsFixture fixture;

  RenegotiationTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.implementation = implementation;
    this.fixture = new TlsFixture(implementation, folder);
  }

  @Test
  void request_byServerDuringRead_isAnswered() throws Exception {
    try (Program server = server();
        Flow flow = fixture.connect(fixture.port(server), TLS_1_2)) {
      server.type("r");
      server.await("HelloRequest");
      server.type("after that");
      if (implementation == JSSE) {
        assertThat(line(flow)).isEqualTo("after that");
        send(flow, "from mimic");
        server.await("from mimic");
        assertThat(server.printedSoFar()).containsMatch(RENEWED);
      } else {
        assertRefused(flow, server);
      }
    }
  }

  private static void assertRefused(Flow flow, Program server) throws Exception {
    // The peer's alert may be lost, since the peer closes with unread input, which is a reset.
    assertThrows(PeerGoneException.class, () -> readLines(flow));
    server.await("<<< TLS 1.2, Alert .* no_renegotiation");
  }

  private static void readLines(Flow flow) throws IOException {
    String line;
    do {
      line = line(flow);
    } while (line.equals("after that"));
  }

  @Test
  void request_byServerDuringWrites_losesNothing() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Program server = server();
        Flow flow = fixture.connect(fixture.port(server), TLS_1_2)) {
      Future<Integer> writer = threads.submit(() -> writeLines(flow, enough));
      server.await("line 100 ");
      server.type("r");
      server.await("HelloRequest");
      server.type("after that");
      if (implementation == JSSE) {
        assertThat(line(flow)).isEqualTo("after that");
        enough.set(true);
        int lines = writer.get(30, TimeUnit.SECONDS);
        server.await("line " + lines + " ");
        assertLines(server.printedSoFar(), lines);
        assertThat(server.printedSoFar()).containsMatch(RENEWED);
      } else {
        assertRefused(flow, server);
        var failure =
            assertThrows(ExecutionException.class, () -> writer.get(30, TimeUnit.SECONDS));
        assertThat(failure).hasCauseThat().isInstanceOf(PeerGoneException.class);
      }
    }
  }

  private static int writeLines(Flow flow, AtomicBoolean enough) throws IOException {
    String padding = "x".repeat(1000);
    int lines = 0;
    while (!enough.get()) {
      lines++;
      send(flow, "line " + lines + " " + padding);
    }
    return lines;
  }

  private static void assertLines(String printed, int lines) {
    int[] found =
        Pattern.compile("line (\\d+) ")
            .matcher(printed)
            .results()
            .mapToInt(line -> Integer.parseInt(line.group(1)))
            .toArray();
    assertThat(found).hasLength(lines);
    for (int i = 0; i < lines; i++) {
      assertThat(found[i]).isEqualTo(i + 1);
    }
  }

  private Program server() throws IOException {
    return fixture.opensslServer("-msg");
  }

  @Test
  void request_byClient_isRefusedWithoutAffectingOthers() throws Exception {
    try (FlowServer server = fixture.echo(TLS_1_2);
        Program other = fixture.opensslClient(server);
        Program client = fixture.opensslClient(server, "-msg")) {
      client.await("Secure Renegotiation IS supported");
      client.type("R");
      client.await(">>> TLS 1.2, Handshake .* ClientHello");
      client.await("warning " + (implementation == JSSE ? "close_notify" : "no_renegotiation"));
      client.awaitEnd();
      other.type("hello");
      other.await("hello");
    }
  }
}
