package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.ForwardingFlow;
import dev.mimic.HostPort;
import dev.mimic.TimeSource;
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
 * A wire between the two sides that does what it likes with the bytes. However it splits and joins
 * them, they arrive as they were sent; if it changes them, each side reads the beginning of what
 * the other sent and then fails, and never the end.
 *
 * <p>{@code -Dmimic.tls.fuzz-seeds} sets how many there are, {@code -Dmimic.tls.fuzz-first} the
 * first.
 */
@Timeout(120)
final class FuzzTest {
  private static final int SEEDS = Integer.getInteger("mimic.tls.fuzz-seeds", 200);
  private static final long FIRST = Long.getLong("mimic.tls.fuzz-first", System.nanoTime() >>> 20);
  private static final int AT_ONCE = 16;
  private static final Duration STALLED = Duration.ofMillis(700);

  @Test
  void bytesThatAreSplitAndJoinedArrive() throws Exception {
    forEachSeed(seed -> new Exchange(seed, false));
  }

  @Test
  void bytesThatAreChangedAreNeverTakenForOthers() throws Exception {
    forEachSeed(seed -> new Exchange(seed, true));
  }

  private interface Maker {
    Exchange make(long seed);
  }

  private static void forEachSeed(Maker maker) throws Exception {
    System.out.printf("seeds from %d to %d%n", FIRST, FIRST + SEEDS - 1);
    Semaphore places = new Semaphore(AT_ONCE);
    List<Running<Void>> all = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Exchange exchange = maker.make(seed);
      places.acquire();
      all.add(
          Running.start(
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

  /** Both sides send, at once, and read to the end. */
  private static final class Exchange {
    private final long seed;
    private final boolean hostile;
    private final Random random;
    private final Providers providers;
    private final TlsVersion version;
    private final byte[] question;
    private final byte[] answer;

    Exchange(long seed, boolean hostile) {
      this.seed = seed;
      this.hostile = hostile;
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
        Flow near = new WildFlow(wire.near(), random.nextLong(), hostile && toClient);
        Flow far = new WildFlow(wire.far(), random.nextLong(), hostile && !toClient);
        Deadline by =
            Deadline.after(hostile ? STALLED : Duration.ofSeconds(20), TimeSource.system());
        TlsServer server =
            Parties.serverOf(providers, version)
                .handshakeTimeout(hostile ? STALLED : Duration.ofSeconds(20))
                .build();
        boolean clientAsks = random.nextBoolean();
        Running<Optional<IOException>> serving =
            Running.start(() -> converse(() -> Tls.upgrade(far, server), !clientAsks));
        Optional<IOException> client =
            converse(
                () -> Tls.upgrade(near, client(), new HostPort("localhost", 1), by), clientAsks);
        Optional<IOException> served = serving.result();
        if (!hostile) {
          assertWithMessage(toString()).that(client).isEmpty();
          assertWithMessage(toString()).that(served).isEmpty();
        }
        assertEndWasMeant(client, served);
        assertEndWasMeant(served, client);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(this + " failed", e);
      }
    }

    /** Who reads an end too early hears of a peer that failed, and closed. */
    private void assertEndWasMeant(Optional<IOException> side, Optional<IOException> other) {
      if (side.isPresent() && side.get() instanceof EOFException) {
        assertWithMessage("%s: an end %s, of", this, side.get().getMessage())
            .that(other)
            .isPresent();
        assertWithMessage("%s: two ends", this)
            .that(other.orElseThrow())
            .isNotInstanceOf(EOFException.class);
      }
    }

    private TlsClient client() {
      return Parties.client(providers, version);
    }

    // Who answers also ends.
    private Optional<IOException> converse(Opening opening, boolean asks) throws Exception {
      ByteArrayOutputStream heard = new ByteArrayOutputStream();
      byte[] expected = asks ? answer : question;
      try (TlsFlow flow = opening.open()) {
        flow.readTimeout(hostile ? STALLED : Duration.ZERO);
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
        assertIsBeginning(heard.toByteArray(), expected);
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

    private void assertIsBeginning(byte[] heard, byte[] expected) {
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
          .formatted(seed, providers, version, hostile ? "hostile" : "kind");
    }
  }

  /** Starts TLS. */
  private interface Opening {
    TlsFlow open() throws IOException;
  }

  /** Brings bytes in pieces of other sizes; and changes them once, if it is hostile. */
  private static final class WildFlow extends ForwardingFlow {
    private final Random random;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private ByteBuffer waiting = ByteBuffer.allocate(0);
    private long untilHarm;
    private boolean ended;

    WildFlow(Flow below, long seed, boolean hostile) {
      super(below);
      this.random = new Random(seed);
      this.untilHarm = hostile ? random.nextInt(random.nextBoolean() ? 3_000 : 60_000) : -1;
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
      if (untilHarm < 0 || untilHarm >= piece.length) {
        untilHarm = untilHarm < 0 ? untilHarm : untilHarm - piece.length;
        return piece;
      }
      int at = (int) untilHarm;
      untilHarm = -1;
      int length = Math.min(piece.length - at, 1 + random.nextInt(40));
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(piece, 0, at);
      switch (random.nextInt(6)) {
        case 0 -> { // a bit is turned
          piece[at] ^= (byte) (1 << random.nextInt(8));
          changed.write(piece, at, piece.length - at);
        }
        case 1 -> changed.write(piece, at + length, piece.length - at - length); // some are lost
        case 2 -> { // some come twice
          changed.write(piece, at, length);
          changed.write(piece, at, piece.length - at);
        }
        case 3 -> ended = true; // the rest is lost
        case 4 -> { // two halves change places
          int middle = (at + piece.length) / 2;
          changed.write(piece, middle, piece.length - middle);
          changed.write(piece, at, middle - at);
        }
        default -> { // something is put in between
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
