package com.example;

import static com.google.common.truth.Truth.assertThat;

import com.google.common.base.Throwables;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.FaultRule;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@SuppressWarnings("try") // a fault lasts while it is open
class CutHandshakeTest {
  private final TestAuthority authority = TestAuthority.create();
  private final TestCertificate certificate = authority.certificate("server");
  private final InMemoryNetwork network = InMemoryNetwork.create();

  private MimicResolver resolver(String host) {
    return Deployment.of(
            host,
            new InMemoryModule(network.host(host)),
            new TlsModule(),
            new CertificatesModule(
                TlsIdentity.of(certificate.privateKey(), certificate.chain()),
                TlsTrust.of(authority.root())))
        .resolver();
  }

  /**
   * Connects with a cut after 0, {@code step}, 2 {@code step} ... bytes, until a message arrives.
   * Returns the number of handshakes that failed.
   */
  private int failuresUntilAnswer(int step, LongFunction<FaultRule> cut) throws IOException {
    MimicResolver client = resolver("client");
    try (FlowServer server =
        FlowServer.serve(
            resolver("server").listen("tls://server:443"),
            flow -> flow.inputStream().transferTo(flow.outputStream()))) {
      int failures = 0;
      for (long bytes = 0; ; bytes += step) {
        try (Fault fault = network.inject(cut.apply(bytes));
            Flow flow = client.resolve(server.address())) {
          flow.outputStream().write('x');
          int answer = flow.inputStream().read();
          if (answer == 'x') {
            return failures;
          }
          // The server closes its flow in an orderly way if the client's stream is cut.
          assertThat(cut.apply(bytes).toString()).endsWith("from client");
        } catch (ResolutionException e) {
          failures++; // the handshake was cut
          assertThat(Throwables.getCausalChain(e).toString()).doesNotContain("Timeout");
        } catch (IOException e) {
          // The handshake was complete, and the stream was cut after it.
        }
      }
    }
  }

  private void assertCutsFail(int step) throws IOException {
    for (String host : List.of("server", "client")) {
      assertThat(failuresUntilAnswer(step, bytes -> Faults.resetAfter(bytes).from(host)))
          .isGreaterThan(200 / step);
      assertThat(failuresUntilAnswer(step, bytes -> Faults.endAfter(bytes).from(host)))
          .isGreaterThan(200 / step);
    }
  }

  @Test
  void handshake_cutAtSomeBytes_failsAndNeverHangs() throws IOException {
    assertCutsFail(41);
  }

  @Test
  @Tag("full")
  void handshake_cutAtEachByte_failsAndNeverHangs() throws IOException {
    assertCutsFail(1);
  }
}
