package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.required;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the values and derivations of a context. */
class ContextTest {
  private static final int MANY = 50;

  /** Few enough for a second, and too many for a context that copies itself for each. */
  private static final int VERY_MANY = 200_000;

  private static final List<Key<Integer>> KEYS =
      IntStream.range(0, MANY).mapToObj(i -> Key.<Integer>of("k" + i)).toList();

  private static Context numbered() {
    Context context = Context.empty();
    for (int i = 0; i < MANY; i++) {
      context = context.with(KEYS.get(i), i);
    }
    return context;
  }

  private static List<Object> firsts(Context context) {
    List<Object> firsts = new ArrayList<>();
    context.values().forEach(each -> firsts.add(each.first()));
    return firsts;
  }

  private static Derivation<Integer> derivation(Key<Integer> key) {
    return Derivation.of(key, required(KEYS.getLast()), Verdict::of);
  }

  @Test
  void empty_anyKey_hasNothing() {
    assertThat(Context.empty().get(KEYS.get(0))).isEmpty();
    assertThat(Context.empty().values()).isEmpty();
    assertThat(Context.empty().derivations(KEYS.get(0))).isEmpty();
  }

  @Test
  void values_ofManyKeys_keepTheOrderOfTheKeys() {
    assertThat(firsts(numbered()))
        .containsExactlyElementsIn(IntStream.range(0, MANY).boxed().toList())
        .inOrder();
    assertThat(Context.empty().with(KEYS.get(1), 1).with(KEYS.get(0), 0).toString())
        .isEqualTo("{k1, k0}");
  }

  @Test
  void with_keyThatHasAValue_takesItsPlace() {
    Context context = numbered();
    for (int i = 0; i < MANY; i++) {
      context = context.with(KEYS.get(i), -i);
    }
    assertThat(firsts(context))
        .containsExactlyElementsIn(IntStream.range(0, MANY).mapToObj(i -> -i).toList())
        .inOrder();
  }

  @Test
  void with_anyEntry_leavesTheOtherContextAsItWas() {
    Context before = numbered();
    Context after = before.with(KEYS.get(3), 1_000).with(derivation(KEYS.get(0)));
    assertThat(after.get(KEYS.get(3))).hasValue(1_000);
    assertThat(before.get(KEYS.get(3))).hasValue(3);
    assertThat(before.derivations(KEYS.get(0))).isEmpty();
    Context sibling = before.with(KEYS.get(3), 2_000);
    assertThat(sibling.get(KEYS.get(3))).hasValue(2_000);
    assertThat(after.get(KEYS.get(3))).hasValue(1_000);
  }

  @Test
  void with_manyWritesAndSomeReads_agreesWithAMap() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<Key<?>, Object> values = new LinkedHashMap<>();
    Map<Key<?>, List<Derivation<?>>> derivations = new LinkedHashMap<>();
    Context context = Context.empty();
    for (int i = 0; i < 2_000; i++) {
      Key<Integer> key = KEYS.get(random.nextInt(MANY));
      if (random.nextBoolean()) {
        context = context.with(key, i);
        values.put(key, i);
      } else {
        Derivation<Integer> derivation = derivation(key);
        context = context.with(derivation);
        derivations.computeIfAbsent(key, k -> new ArrayList<>()).addFirst(derivation);
      }
      if (random.nextInt(4) == 0) {
        assertThat(firsts(context)).containsExactlyElementsIn(values.values()).inOrder();
        assertThat(context.derivations(key))
            .containsExactlyElementsIn(derivations.getOrDefault(key, List.of()))
            .inOrder();
      }
    }
  }

  @Test
  void derivations_byPriority_areInOrderAndThereOnce() {
    Key<Integer> key = KEYS.get(0);
    Derivation<Integer> first = derivation(key).priority(-1);
    Derivation<Integer> older = derivation(key);
    Derivation<Integer> newer = derivation(key);
    Context context = Context.empty().with(older).with(first);
    assertThat(context.derivations(key)).containsExactly(first, older).inOrder();
    Context more = context.with(newer).with(first);
    assertThat(more.derivations(key)).containsExactly(first, newer, older).inOrder();
    assertThat(more.with(older).derivations(key)).containsExactly(first, older, newer).inOrder();
  }

  @Test
  void merge_twoContexts_addsTheSecondToTheFirst() {
    Key<Integer> key = KEYS.get(0);
    Derivation<Integer> first = derivation(key).priority(-1);
    Derivation<Integer> older = derivation(key);
    Derivation<Integer> newer = derivation(key);
    Derivation<Integer> newest = derivation(key);
    Context context = Context.empty().with(KEYS.get(1), 1).with(KEYS.get(2), 2).with(older);
    Context added =
        Context.empty()
            .with(KEYS.get(3), 3)
            .with(KEYS.get(1), 10)
            .with(newer)
            .with(newest)
            .with(first);
    Context merged = context.merge(added);
    assertThat(firsts(merged)).containsExactly(10, 2, 3).inOrder();
    assertThat(merged.derivations(key)).containsExactly(first, newest, newer, older).inOrder();
    assertThat(firsts(context)).containsExactly(1, 2).inOrder();
  }

  @Test
  @Timeout(60)
  void with_veryManyEntriesOneByOne_costsAsMuchForEach() {
    List<Key<Integer>> keys = new ArrayList<>();
    Context context = Context.empty();
    for (int i = 0; i < VERY_MANY; i++) {
      keys.add(Key.of("k" + i));
      context = context.with(keys.get(i), i).with(derivation(keys.get(i)));
    }
    for (int i = 0; i < VERY_MANY; i++) {
      context = context.with(derivation(keys.getFirst()));
    }
    assertThat(context.values()).hasSize(VERY_MANY);
    assertThat(context.get(keys.getLast())).hasValue(VERY_MANY - 1);
    assertThat(context.derivations(keys.getFirst())).hasSize(VERY_MANY + 1);
    assertThat(context.derivations(keys.getLast())).hasSize(1);
  }

  @Test
  @Timeout(60)
  void get_byManyThreadsAtOnce_findsTheSame() throws Exception {
    int threads = 8;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 200; round++) {
        Context context = numbered();
        CountDownLatch ready = new CountDownLatch(threads);
        List<Future<List<Object>>> readers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          Context own = i % 2 == 0 ? context : context.with(KEYS.getLast(), MANY - 1);
          readers.add(
              executor.submit(
                  () -> {
                    ready.countDown();
                    ready.await();
                    return firsts(own);
                  }));
        }
        for (Future<List<Object>> each : readers) {
          assertThat(requireNonNull(each.get(30, TimeUnit.SECONDS))).hasSize(MANY);
        }
      }
    }
  }
}
