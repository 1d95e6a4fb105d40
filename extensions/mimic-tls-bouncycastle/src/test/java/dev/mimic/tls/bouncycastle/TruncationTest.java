package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.Flow;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of streams that are truncated in the handshake, within a record, or between records. A
 * truncated stream must never look like a clean end, never block a thread, and never deliver wrong
 * data.
 *
 * <p>For the JDK with TLS 1.3, every position is tested. For the other combinations, which run the
 * same code of ours, every 23rd is tested, or every one with {@code -Dmimic.tls.every-cut=true}.
 */
@Timeout(60)
final class TruncationTest {
  private static final boolean EVERY_CUT = Boolean.getBoolean("mimic.tls.every-cut");
  private static final String MESSAGE = "a message in one record";

  /** The kind of truncation. */
  private enum Truncation {
    ENDED,
    RESET
  }

  /** A flow whose input is truncated after a number of bytes. */
  private static final class TruncatedFlow extends ForwardingFlow {
    private final Truncation truncation;
    private int left;

    TruncatedFlow(Flow below, Truncation truncation, int after) {
      super(below);
      this.truncation = truncation;
      this.left = after;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      if (left == 0 && truncation == Truncation.RESET) {
        throw new PeerGoneException("reset");
      }
      if (left == 0) {
        return -1;
      }
      ByteBuffer some = dst.duplicate().limit(Math.min(dst.limit(), dst.position() + left));
      int count = super.read(some);
      left -= Math.max(count, 0);
      dst.position(some.position());
      return count;
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void truncation_ofServerStream_isNeverCleanEnd(Providers providers, TlsVersion version)
      throws Exception {
    int step = step(providers, version);
    int after = 0;
    while (isTruncatedFromServer(providers, version, truncation(after), after)) {
      after += step;
    }
    assertThat(after).isGreaterThan(500);
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void truncation_ofClientStream_isNeverCleanEnd(Providers providers, TlsVersion version)
      throws Exception {
    int step = step(providers, version);
    int after = 0;
    while (isTruncatedFromClient(providers, version, truncation(after), after)) {
      after += step;
    }
    assertThat(after).isGreaterThan(300);
  }

  private static int step(Providers providers, TlsVersion version) {
    boolean ofTheJdk = providers == Providers.JSSE && version == TlsVersion.TLS_1_3;
    return EVERY_CUT || ofTheJdk ? 1 : 23;
  }

  private static Truncation truncation(int after) {
    return after % 2 == 0 ? Truncation.ENDED : Truncation.RESET;
  }

  private static boolean isTruncatedFromServer(
      Providers providers, TlsVersion version, Truncation truncation, int after) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      Wire truncatedWire = new Wire(new TruncatedFlow(wire.near(), truncation, after), wire.far());
      Running<Optional<IOException>> speaking =
          Running.start(VIRTUAL, () -> speak(wire.server(TestPeers.server(providers, version))));
      boolean isTruncated =
          isTruncated(
              () -> truncatedWire.client(TestPeers.client(providers, version)), wire.near());
      speaking.result();
      return isTruncated;
    }
  }

  private static boolean isTruncatedFromClient(
      Providers providers, TlsVersion version, Truncation truncation, int after) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TruncatedFlow truncatedFlow = new TruncatedFlow(wire.far(), truncation, after);
      Running<Optional<IOException>> speaking =
          Running.start(
              VIRTUAL,
              () -> {
                try {
                  return speak(wire.client(TestPeers.client(providers, version)));
                } catch (IOException e) {
                  return Optional.of(e);
                }
              });
      boolean isTruncated =
          isTruncated(
              () -> Tls.upgrade(truncatedFlow, TestPeers.server(providers, version)), wire.far());
      speaking.result();
      return isTruncated;
    }
  }

  private static Optional<IOException> speak(TlsFlow flow) {
    try (flow) {
      flow.write(US_ASCII.encode(MESSAGE));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /** A function that starts TLS. */
  private interface TlsStarter {
    TlsFlow open() throws IOException;
  }

  /** Reads to the end, and returns whether that failed, as it must if the end was cut off. */
  private static boolean isTruncated(TlsStarter opening, Flow below) {
    StringBuilder heard = new StringBuilder();
    boolean shaken = false;
    try (TlsFlow flow = opening.open()) {
      flow.handshake();
      shaken = true;
      ByteBuffer some = ByteBuffer.allocate(100);
      while (flow.read(some.clear()) >= 0) {
        heard.append(US_ASCII.decode(some.flip()));
      }
    } catch (IOException e) {
      assertThat(MESSAGE).startsWith(heard.toString());
      assertThat(e).isInstanceOf(PeerGoneException.class);
      assertThat(e)
          .hasMessageThat()
          .containsMatch(
              shaken
                  ? "ended without close_notify: what it carried may have been cut short|reset"
                  : "^pipe\\(\\w+\\) closed the connection during the TLS handshake");
      assertWithMessage("still open").that(below.isOpen()).isFalse();
      return true;
    }
    assertThat(heard.toString()).isEqualTo(MESSAGE);
    return false;
  }
}
