package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Flow;
import dev.mimic.ForwardingFlow;
import dev.mimic.PeerGoneException;
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
 * A stream that is cut after each of its bytes: in the handshake, in a record, between records. It
 * is never told as an end, never makes anybody wait, and what was read before is right.
 *
 * <p>Between the JDK and itself, in TLS 1.3, that is every byte; else, where the same code of ours
 * is tried, every 23rd, or every one with {@code -Dmimic.tls.every-cut=true}.
 */
@Timeout(60)
final class CutTest {
  private static final boolean EVERY_CUT = Boolean.getBoolean("mimic.tls.every-cut");
  private static final String SAID = "what is said, and is one record";

  /** How a stream is cut. */
  private enum Cut {
    ENDED,
    RESET
  }

  /** Brings only so many bytes. */
  private static final class CutFlow extends ForwardingFlow {
    private final Cut cut;
    private int left;

    CutFlow(Flow below, Cut cut, int after) {
      super(below);
      this.cut = cut;
      this.left = after;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      if (left == 0 && cut == Cut.RESET) {
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
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void whatTheServerSends(Providers providers, TlsVersion version) throws Exception {
    int step = step(providers, version);
    int after = 0;
    while (isCutFromServer(providers, version, cut(after), after)) {
      after += step;
    }
    assertThat(after).isGreaterThan(500);
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void whatTheClientSends(Providers providers, TlsVersion version) throws Exception {
    int step = step(providers, version);
    int after = 0;
    while (isCutFromClient(providers, version, cut(after), after)) {
      after += step;
    }
    assertThat(after).isGreaterThan(300);
  }

  private static int step(Providers providers, TlsVersion version) {
    boolean ofTheJdk = providers == Providers.JSSE && version == TlsVersion.TLS_1_3;
    return EVERY_CUT || ofTheJdk ? 1 : 23;
  }

  private static Cut cut(int after) {
    return after % 2 == 0 ? Cut.ENDED : Cut.RESET;
  }

  private static boolean isCutFromServer(
      Providers providers, TlsVersion version, Cut cut, int after) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      Wire cutWire = new Wire(new CutFlow(wire.near(), cut, after), wire.far());
      Running<Optional<IOException>> speaking =
          Running.start(() -> speak(wire.server(Parties.server(providers, version))));
      boolean isCut = isCut(() -> cutWire.client(Parties.client(providers, version)), wire.near());
      speaking.result();
      return isCut;
    }
  }

  private static boolean isCutFromClient(
      Providers providers, TlsVersion version, Cut cut, int after) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      CutFlow cutFlow = new CutFlow(wire.far(), cut, after);
      Running<Optional<IOException>> speaking =
          Running.start(
              () -> {
                try {
                  return speak(wire.client(Parties.client(providers, version)));
                } catch (IOException e) {
                  return Optional.of(e);
                }
              });
      boolean isCut =
          isCut(() -> Tls.upgrade(cutFlow, Parties.server(providers, version)), wire.far());
      speaking.result();
      return isCut;
    }
  }

  private static Optional<IOException> speak(TlsFlow flow) {
    try (flow) {
      flow.write(US_ASCII.encode(SAID));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /** Starts TLS. */
  private interface Opening {
    TlsFlow open() throws IOException;
  }

  /** Reads all; returns whether that failed, as it should where the end did not come. */
  private static boolean isCut(Opening opening, Flow below) {
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
      assertThat(SAID).startsWith(heard.toString());
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
    assertThat(heard.toString()).isEqualTo(SAID);
    return false;
  }
}
