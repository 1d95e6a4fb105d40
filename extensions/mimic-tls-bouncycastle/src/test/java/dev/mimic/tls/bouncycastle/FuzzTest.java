package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A fuzz test with a wire that fragments or corrupts the stream. A fragmented stream must arrive
 * unchanged. Of a corrupted one, each side must read a prefix and then fail, without a clean end.
 *
 * <p>{@code -Dmimic.tls.fuzz-seeds} sets the number of seeds, {@code -Dmimic.tls.fuzz-first} the
 * first seed.
 */
@Timeout(120)
final class FuzzTest {
  private static final int SEEDS = Integer.getInteger("mimic.tls.fuzz-seeds", 200);
  private static final long FIRST = Long.getLong("mimic.tls.fuzz-first", System.nanoTime() >>> 20);
  private static final int AT_ONCE = 16;
  private static final Duration STALLED = Duration.ofMillis(700);

  @Test
  void stream_fragmented_arrivesUnchanged() throws Exception {
    forEachSeed(seed -> new Exchange(seed, false));
  }

  @Test
  void stream_corrupted_isDetected() throws Exception {
    forEachSeed(seed -> new Exchange(seed, true));
  }

  private interface ExchangeFactory {
    Exchange make(long seed);
  }

  private static void forEachSeed(ExchangeFactory maker) throws Exception {
    System.out.printf("seeds from %d to %d%n", FIRST, FIRST + SEEDS - 1);
    Semaphore places = new Semaphore(AT_ONCE);
    List<Running<Void>> all = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Exchange exchange = maker.make(seed);
      places.acquire();
      all.add(
          Running.start(
              VIRTUAL,
              () -> {
                try {
                  exchange.run();
                  return null;
                } finally {
                  places.release();
                }
              }));
    }
    for (Running<Void> each : all) {
      each.result();
    }
  }

  /** A request and a response over a wire that misbehaves. */
  private static final class Exchange {
    private final long seed;
    private final boolean corrupting;
    private final Random random;
    private final Providers providers;
    private final TlsVersion version;
    private final byte[] question;
    private final byte[] answer;

    Exchange(long seed, boolean corrupting) {
      this.seed = seed;
      this.corrupting = corrupting;
      this.random = new Random(seed);
      this.providers = any(List.of(Providers.values()));
      this.version = any(List.of(TlsVersion.values()));
      this.question = bytes();
      this.answer = bytes();
    }

    private <T> T any(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    private byte[] bytes() {
      byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 100 : 50_000)];
      random.nextBytes(bytes);
      return bytes;
    }

    void run() throws Exception {
      try (Wire wire = Wire.inMemory()) {
        boolean toClient = random.nextBoolean();
        Flow near = new FragmentingFlow(wire.near(), random.nextLong(), corrupting && toClient);
        Flow far = new FragmentingFlow(wire.far(), random.nextLong(), corrupting && !toClient);
        Deadline by =
            Deadline.after(corrupting ? STALLED : Duration.ofSeconds(20), TimeSource.system());
        TlsServer server =
            TestPeers.serverOf(providers, version)
                .handshakeTimeout(corrupting ? STALLED : Duration.ofSeconds(20))
                .build();
        boolean clientAsks = random.nextBoolean();
        Running<Optional<IOException>> serving =
            Running.start(VIRTUAL, () -> converse(() -> Tls.upgrade(far, server), !clientAsks));
        Optional<IOException> client =
            converse(
                () -> Tls.upgrade(near, client(), new HostPort("localhost", 1), by), clientAsks);
        Optional<IOException> served = serving.result();
        if (!corrupting) {
          assertWithMessage(toString()).that(client).isEmpty();
          assertWithMessage(toString()).that(served).isEmpty();
        }
        assertEndWasSent(client, served);
        assertEndWasSent(served, client);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(this + " failed", e);
      }
    }

    // A side that reads a premature end must have a peer that failed and closed.
    private void assertEndWasSent(Optional<IOException> side, Optional<IOException> other) {
      if (side.isPresent() && side.get() instanceof EOFException) {
        assertWithMessage(
                "%s: premature end %s, with the peer's failure", this, side.get().getMessage())
            .that(other)
            .isPresent();
        assertWithMessage("%s: premature ends on both sides", this)
            .that(other.orElseThrow())
            .isNotInstanceOf(EOFException.class);
      }
    }

    private TlsClient client() {
      return TestPeers.client(providers, version);
    }

    // The side that sends the response also ends the stream.
    private Optional<IOException> converse(TlsStarter opening, boolean asks) throws Exception {
      ByteArrayOutputStream heard = new ByteArrayOutputStream();
      byte[] expected = asks ? answer : question;
      try (TlsFlow flow = opening.open()) {
        flow.readTimeout(corrupting ? STALLED : Duration.ZERO);
        if (asks) {
          flow.write(ByteBuffer.wrap(question));
          hear(flow, heard, expected.length);
          int end = flow.read(ByteBuffer.allocate(1));
          assertWithMessage("%s: an end", this).that(end).isEqualTo(-1);
        } else {
          hear(flow, heard, expected.length);
          flow.write(ByteBuffer.wrap(answer));
        }
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(e);
      } finally {
        assertIsPrefix(heard.toByteArray(), expected);
      }
    }

    private void hear(TlsFlow flow, ByteArrayOutputStream heard, int count) throws IOException {
      ByteBuffer some = ByteBuffer.allocate(1 + random().nextInt(20_000));
      while (heard.size() < count) {
        int read = flow.read(some.clear().limit(Math.min(some.capacity(), count - heard.size())));
        if (read < 0) {
          throw new EOFException("after " + heard.size());
        }
        heard.write(some.array(), 0, read);
      }
    }

    private Random random() {
      return new Random(seed);
    }

    private void assertIsPrefix(byte[] heard, byte[] expected) {
      assertWithMessage("%s: heard", this).that(heard.length).isAtMost(expected.length);
      for (int i = 0; i < heard.length; i++) {
        if (heard[i] != expected[i]) {
          throw new AssertionError(this + ": byte %d is wrong".formatted(i));
        }
      }
    }

    @Override
    public String toString() {
      return "seed %d (%s, %s, %s)"
          .formatted(seed, providers, version, corrupting ? "corrupting" : "fragmenting");
    }
  }

  /** A function that starts TLS. */
  private interface TlsStarter {
    TlsFlow open() throws IOException;
  }

  /** A flow that fragments its input, and corrupts it once if told to. */
  private static final class FragmentingFlow extends ForwardingFlow {
    private final Random random;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private ByteBuffer waiting = ByteBuffer.allocate(0);
    private long untilCorruption;
    private boolean ended;

    FragmentingFlow(Flow below, long seed, boolean corrupting) {
      super(below);
      this.random = new Random(seed);
      this.untilCorruption =
          corrupting ? random.nextInt(random.nextBoolean() ? 3_000 : 60_000) : -1;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      while (!waiting.hasRemaining()) {
        if (ended) {
          return -1;
        }
        ByteBuffer piece = ByteBuffer.allocate(1 + random.nextInt(pieceBytes()));
        int count = super.read(piece);
        if (count < 0 && kept.size() == 0) {
          return -1;
        }
        ended = count < 0;
        kept.write(piece.array(), 0, Math.max(count, 0));
        waiting = ByteBuffer.wrap(changed(kept.toByteArray()));
        kept.reset();
      }
      int count = Math.min(dst.remaining(), 1 + random.nextInt(waiting.remaining()));
      dst.put(waiting.slice(waiting.position(), count));
      waiting.position(waiting.position() + count);
      return count;
    }

    private int pieceBytes() {
      return switch (random.nextInt(3)) {
        case 0 -> 8;
        case 1 -> 600;
        default -> 70_000;
      };
    }

    private byte[] changed(byte[] piece) {
      if (untilCorruption < 0 || untilCorruption >= piece.length) {
        untilCorruption = untilCorruption < 0 ? untilCorruption : untilCorruption - piece.length;
        return piece;
      }
      int at = (int) untilCorruption;
      untilCorruption = -1;
      int length = Math.min(piece.length - at, 1 + random.nextInt(40));
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(piece, 0, at);
      switch (random.nextInt(6)) {
        case 0 -> { // a flipped bit
          piece[at] ^= (byte) (1 << random.nextInt(8));
          changed.write(piece, at, piece.length - at);
        }
        case 1 -> changed.write(piece, at + length, piece.length - at - length); // lost bytes
        case 2 -> { // repeated bytes
          changed.write(piece, at, length);
          changed.write(piece, at, piece.length - at);
        }
        case 3 -> ended = true; // a premature end
        case 4 -> { // swapped halves
          int middle = (at + piece.length) / 2;
          changed.write(piece, middle, piece.length - middle);
          changed.write(piece, at, middle - at);
        }
        default -> { // inserted bytes
          byte[] more = new byte[length];
          random.nextBytes(more);
          changed.write(more, 0, length);
          changed.write(piece, at, piece.length - at);
        }
      }
      return changed.toByteArray();
    }
  }
}
