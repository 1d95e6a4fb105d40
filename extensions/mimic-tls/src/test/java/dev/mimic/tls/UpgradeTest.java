package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.base.Throwables;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.BreakingNetwork;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of TLS over an existing flow. */
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
  void upgrade_readTimeoutOfClearFlow_isNotInherited() throws Exception {
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
  void find_session_ignoresTlsFlowBelow() throws Exception {
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
  void read_tooManyKeyUpdates_fails() throws Exception {
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
                engine.beginHandshake(); // in TLS 1.3, this requests a KeyUpdate
                far.write(US_ASCII.encode("x"));
              }
            });
    PeerGoneException left =
        assertThrows(PeerGoneException.class, () -> near.inputStream().readAllBytes());
    assertThat(left).hasMessageThat().contains("has requested too many KeyUpdates");
    near.close();
    assertThat(asking.failure()).isPresent();
  }

  /** A network of one connection, which stands already. */
  private record One(Flow flow) implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) {
      return flow;
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new BindException("nobody listens here");
    }

    @Override
    public String describe(HostPort to) {
      return "one(" + to + ")";
    }
  }

  /** Returns the message of a handshake whose flow breaks after so many calls, if it did. */
  private Optional<String> broken(boolean asClient, int calls, Supplier<IOException> failure)
      throws Exception {
    FlowPipe both = FlowPipe.create();
    Flow clear = BreakingNetwork.of(new One(both.near()), calls, failure).connect(PEER, soon());
    Running<TlsFlow> peer =
        Running.start(
            ThreadKind.VIRTUAL,
            () -> {
              if (!asClient) {
                return Tls.upgrade(both.far(), client, PEER, soon());
              }
              TlsFlow far = Tls.upgrade(both.far(), server);
              far.handshake();
              return far;
            });
    try (clear) {
      if (asClient) {
        Tls.upgrade(clear, client, PEER, soon()).close();
      } else {
        Tls.upgrade(clear, server).handshake();
      }
      return Optional.empty();
    } catch (PeerGoneException e) {
      assertThat(Throwables.getRootCause(e)).hasMessageThat().isEqualTo("broken off");
      return Optional.ofNullable(e.getMessage());
    } finally {
      both.far().close();
      var unused = peer.failure(); // or it has shaken hands before
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void handshake_brokenAtEachOfItsSteps_saysSo(boolean asClient, boolean reset) throws Exception {
    Supplier<IOException> failure =
        () -> reset ? new PeerGoneException("broken off") : new IOException("broken off");
    int calls = 0;
    for (Optional<String> told = broken(asClient, calls, failure);
        told.isPresent();
        told = broken(asClient, ++calls, failure)) {
      assertThat(told.get())
          .matches("pipe.* (closed the connection|was lost) during the TLS handshake.*");
    }
    assertThat(calls).isAtLeast(2);
  }

  @Test
  void build_clientTrustAndContext_isRefused() throws Exception {
    SSLContext context = provider.context(Optional.of(identity), Optional.empty());
    TlsServer.Builder both =
        TlsServer.builder(provider, context).clientTrust(Certificates.trust(authority));
    assertThat(assertThrows(IllegalStateException.class, both::build))
        .hasMessageThat()
        .contains("exclude each other");
  }

  @Test
  void builder_invalidSettings_isRefused() {
    TlsClient.Builder builder = TlsClient.builder(provider);
    assertThrows(IllegalArgumentException.class, () -> builder.alpn(List.of("")));
    assertThrows(IllegalArgumentException.class, () -> builder.cipherSuites(List.of()));
  }
}
