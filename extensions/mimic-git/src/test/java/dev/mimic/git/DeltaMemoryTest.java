package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.transport.PacketLineOut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the limit on the memory for the deltas of a push. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class DeltaMemoryTest {
  private static final int KIB = 1024;
  private static final int LARGE = 256 * KIB;
  private static final int DEPTH = 16;
  private static final String NULL_ID = "0".repeat(40);

  private final InMemoryRepository repository =
      new InMemoryRepository(new DfsRepositoryDescription("r"));
  private final GitService service = GitService.of(path -> Optional.of(repository)).withPushes();

  /** Measures the objects that JGit holds: those that the collector does not remove. */
  private static final class Measuring extends ObjectChecker {
    private final List<WeakReference<byte[]>> objects = new ArrayList<>();
    private long peak;

    @Override
    public void check(AnyObjectId id, int type, byte[] object) {
      objects.add(new WeakReference<>(object));
      System.gc();
      long held =
          objects.stream()
              .map(WeakReference::get)
              .filter(Objects::nonNull)
              .mapToLong(each -> each.length)
              .sum();
      peak = Math.max(peak, held);
    }
  }

  /** Returns the peak of the objects that JGit holds for the deltas of a pack. */
  private long measure(TestPack pack) throws IOException {
    Measuring measuring = new Measuring();
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(new ByteArrayInputStream(pack.bytes()));
      parser.setAllowThin(true);
      parser.setObjectChecker(measuring);
      var unused = parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
    return measuring.peak;
  }

  /** Returns the bound for a pack, which is read in parts of so many bytes. */
  private static long bound(TestPack pack, int part) {
    InputStream bytes = new ByteArrayInputStream(pack.bytes());
    PackProtocolException refused =
        assertThrows(
            PackProtocolException.class,
            () -> {
              bytes.skipNBytes(4);
              PackInput input = new PackInput(bytes, pack.count(), 0);
              while (part == 1 ? input.read() >= 0 : input.readNBytes(part).length > 0) {}
            });
    assertThat(refused).hasMessageThat().contains("the deltas of the pack need up to");
    return Long.parseLong(
        String.valueOf(refused.getMessage()).replaceAll("\\D*(\\d+) bytes.*", "$1"));
  }

  private static byte[] content(int bytes, int number) {
    byte[] content = new byte[bytes];
    new Random(number).nextBytes(content);
    return content;
  }

  /** Returns a chain in which each object is the base of the next, and of so many others. */
  private static TestPack chain(int depth, int others) throws IOException {
    TestPack pack = new TestPack();
    TestPack.Entry last = pack.blob(content(LARGE, 1));
    int number = 0;
    for (int i = 0; i < depth; i++) {
      TestPack.Entry next = pack.delta(last, ++number);
      for (int j = 0; j < others; j++) {
        TestPack.Entry unused = pack.delta(last, ++number);
      }
      last = next;
    }
    return pack;
  }

  @Test
  void chain_needsTwoObjects() throws Exception {
    TestPack pack = chain(DEPTH, 0);
    assertThat(measure(pack)).isAtMost(2 * LARGE);
    assertThat(bound(pack, 8192)).isAtMost(2 * LARGE + KIB);
  }

  @Test
  void chainWithBranches_needsAllObjects() throws Exception {
    TestPack pack = chain(DEPTH, 1);
    assertThat(measure(pack)).isGreaterThan((DEPTH - 2) * (long) LARGE);
    assertThat(bound(pack, 8192)).isAtLeast((DEPTH + 1) * (long) LARGE);
    assertThat(bound(pack, 8192)).isAtMost((DEPTH + 1) * (long) LARGE + KIB);
  }

  @Test
  void randomDeltas_needNoMoreThanBound() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      TestPack pack = new TestPack();
      List<TestPack.Entry> all = new ArrayList<>();
      for (int number = 1; number < 20; number++) {
        if (all.isEmpty() || random.nextInt(12) == 0) {
          all.add(pack.blob(content(16 * KIB + random.nextInt(3) * KIB, number + 100 * i)));
        } else {
          int newest = Math.max(0, all.size() - 1 - random.nextInt(4));
          TestPack.Entry base = all.get(newest);
          all.add(
              random.nextInt(5) == 0
                  ? pack.deltaById(base.id(), base.content(), number)
                  : pack.delta(base, number));
        }
      }
      long bound = bound(pack, 1 + random.nextInt(300));
      assertWithMessage("seed %s, pack %s", seed, i).that(measure(pack)).isAtMost(bound);
      assertThat(bound(pack, 1)).isEqualTo(bound);
    }
  }

  @Test
  void basesById_inRepository_areNotAdded() throws Exception {
    TestPack first = new TestPack();
    TestPack thin = new TestPack();
    for (int i = 0; i < DEPTH; i++) {
      byte[] old = content(LARGE + i, i);
      ObjectId id = first.blob(old).id();
      TestPack.Entry unused = thin.deltaById(id, old, i);
    }
    assertThat(measure(first)).isEqualTo(0);
    assertThat(measure(thin)).isAtMost(2 * (LARGE + DEPTH));
    // The results have the sizes of the bases, so that each may be the base of another.
    assertThat(bound(thin, 8192)).isAtLeast(2L * DEPTH * LARGE);

    DeltaMemory memory = new DeltaMemory();
    for (int i = 0; i < DEPTH; i++) {
      memory.addDelta(12 + i, ObjectId.fromRaw(content(20, i)), 1000 + i, 2000 + i, 10);
    }
    assertThat(memory.maxBytes()).isEqualTo(3000 + 2 * (DEPTH - 1) + 10);
  }

  private String push(TestPack pack) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    PacketLineOut lines = new PacketLineOut(request);
    lines.writeString(NULL_ID + " " + "1".repeat(40) + " refs/heads/x\0report-status");
    lines.end();
    request.writeBytes(pack.bytes());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean unused =
        service
            .withMaxDeltaBytes(8 * LARGE)
            .serve(
                new GitRequest(true, "r", List.of()),
                repository,
                true,
                new ByteArrayInputStream(request.toByteArray()),
                out);
    return out.toString(US_ASCII);
  }

  @Test
  void push_ofChain_isAccepted() throws Exception {
    assertThat(push(chain(DEPTH, 0))).contains("unpack ok");
  }

  @Test
  void push_ofChainWithBranches_isRefused() throws Exception {
    assertThat(push(chain(DEPTH, 1)))
        .containsMatch(
            "unpack error the deltas of the pack need up to 44\\d{5} bytes of memory, and this"
                + " server accepts at most 2097152: push fewer commits at once");
  }

  @Test
  void push_ofMalformedPack_isRefused() throws Exception {
    byte[] endless = new byte[KIB];
    Arrays.fill(endless, (byte) 0x80);
    TestPack[] packs = {new TestPack(), new TestPack(), new TestPack(), new TestPack()};
    packs[0].raw(3, 10, 0, content(11, 1)); // more data than announced
    packs[1].raw(3, 11, 0, content(10, 1)); // less
    packs[2].raw(6, 10, 9, content(10, 1)); // no object at the offset
    packs[3].raw(6, KIB, 0, endless); // no end of a size
    for (TestPack each : packs) {
      assertThat(push(each)).contains("unpack error the pack is malformed");
    }
  }
}
