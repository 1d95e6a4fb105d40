package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import dev.mimic.HostPort;
import dev.mimic.PeerGoneException;
import dev.mimic.TimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS over a flow that stands already. */
@Timeout(60)
final class UpgradeTest {
  private static final HostPort PEER = new HostPort("localhost", 1);
  private static final Duration ENOUGH = Duration.ofSeconds(20);

  private final TestAuthority authority = TestAuthority.create();
  private final TlsProvider provider = TlsProvider.jsse();
  private final TlsIdentity identity = Certificates.identity(authority, "localhost");
  private final TlsServer server = TlsServer.builder(provider, identity).build();
  private final TlsClient client =
      TlsClient.builder(provider).trust(Certificates.trust(authority)).build();
  private final FlowPipe pipe = FlowPipe.create();

  @AfterEach
  void close() throws IOException {
    pipe.near().close();
    pipe.far().close();
  }

  private Running<TlsFlow> upgrading(Flow clear) {
    return Running.start(ThreadKind.VIRTUAL, () -> Tls.upgrade(clear, client, PEER, soon()));
  }

  private static Deadline soon() {
    return Deadline.after(ENOUGH, TimeSource.system());
  }

  @Test
  void aTimeOutOfTheClearFlowDoesNotReachIntoTls() throws Exception {
    Duration passed = Duration.ofMillis(1);
    pipe.near().readTimeout(passed);
    pipe.far().readTimeout(passed);
    Running<TlsFlow> upgrading = upgrading(pipe.near());
    upgrading.awaitBlocked();
    TlsFlow far = Tls.upgrade(pipe.far(), server);
    far.handshake();
    TlsFlow near = upgrading.result();

    Running<Integer> reader =
        Running.blocked(ThreadKind.VIRTUAL, () -> near.read(ByteBuffer.allocate(1)));
    far.write(US_ASCII.encode("x"));
    assertThat(reader.result()).isEqualTo(1);
  }

  @Test
  void theSessionOfTlsBelowIsNotTakenForTheOneAbove() throws Exception {
    Running<TlsFlow> upgrading = upgrading(pipe.near());
    TlsFlow below = Tls.upgrade(pipe.far(), server);
    below.handshake();
    assertThat(upgrading.result().find(SSLSession.class)).isPresent();

    TlsFlow above = Tls.upgrade(below, server);
    assertThat(below.find(SSLSession.class)).isPresent();
    assertThat(above.find(SSLSession.class)).isEmpty();
    assertThat(above.find(ExtendedSSLSession.class)).isEmpty();
  }

  @Test
  void aPeerThatAsksForNewKeysAgainAndAgainIsLeft() throws Exception {
    SSLContext context = provider.context(Optional.of(identity), Optional.empty());
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    Running<TlsFlow> upgrading = upgrading(pipe.near());
    TlsFlow far = new TlsFlow(pipe.far(), engine, TimeSource.system(), ENOUGH);
    far.handshake();
    TlsFlow near = upgrading.result();

    Running<Void> asking =
        Running.start(
            ThreadKind.VIRTUAL,
            () -> {
              while (true) {
                engine.beginHandshake(); // which in TLS 1.3 is to ask for new keys
                far.write(US_ASCII.encode("x"));
              }
            });
    PeerGoneException left =
        assertThrows(PeerGoneException.class, () -> near.inputStream().readAllBytes());
    assertThat(left).hasMessageThat().contains("asks for new keys again and again");
    near.close();
    assertThat(asking.failure()).isPresent();
  }

  @Test
  void whomToTrustIsSaidOnce() throws Exception {
    SSLContext context = provider.context(Optional.of(identity), Optional.empty());
    TlsServer.Builder both =
        TlsServer.builder(provider, context).clientTrust(Certificates.trust(authority));
    assertThat(assertThrows(IllegalStateException.class, both::build))
        .hasMessageThat()
        .contains("exclude each other");
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    TlsClient.Builder builder = TlsClient.builder(provider);
    assertThrows(IllegalArgumentException.class, () -> builder.alpn(List.of("")));
    assertThrows(IllegalArgumentException.class, () -> builder.cipherSuites(List.of()));
  }
}
