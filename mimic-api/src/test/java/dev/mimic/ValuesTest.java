package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValuesTest {
  /** More than are kept in a chain, several times over. */
  private static final int MANY = 50;

  private static final List<Key<Integer>> KEYS =
      IntStream.range(0, MANY).mapToObj(i -> Key.<Integer>of("k" + i)).toList();

  private static Values with(Values values, Key<Integer> key, int value) {
    return values.with(new Outcome.One(key, value, values.placeOf(key)));
  }

  private static Values numbered() {
    Values values = Values.NONE;
    for (int i = 0; i < MANY; i++) {
      values = with(values, KEYS.get(i), i);
    }
    return values;
  }

  private static Object first(Values values, Key<?> key) {
    return requireNonNull(values.get(key), () -> "no value of " + key).first();
  }

  private static List<Object> firsts(Values values) {
    return values.inOrder().stream().map(Outcome.Explicit::first).toList();
  }

  @Test
  void holdsNothingAtFirst() {
    assertThat(Values.NONE.get(KEYS.get(0))).isNull();
    assertThat(Values.NONE.inOrder()).isEmpty();
  }

  @Test
  void keepsTheOrderInWhichKeysWereAdded() {
    assertThat(firsts(numbered()))
        .containsExactlyElementsIn(IntStream.range(0, MANY).boxed().toList())
        .inOrder();
  }

  @Test
  void aNewValueTakesThePlaceOfTheOldOne() {
    Values values = numbered();
    for (int i = 0; i < MANY; i++) {
      values = with(values, KEYS.get(i), -i);
    }
    assertThat(firsts(values))
        .containsExactlyElementsIn(IntStream.range(0, MANY).mapToObj(i -> -i).toList())
        .inOrder();
  }

  @Test
  void theOldOnesStayAsTheyWere() {
    Values before = numbered();
    Values unused = with(before, KEYS.get(3), 1_000);
    assertThat(first(before, KEYS.get(3))).isEqualTo(3);
    assertThat(firsts(before)).hasSize(MANY);
  }

  @Test
  void agreesWithAMapWhateverIsAddedAndReplaced() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<Key<?>, Object> expected = new LinkedHashMap<>();
    Values values = Values.NONE;
    for (int i = 0; i < 2_000; i++) {
      Key<Integer> key = KEYS.get(random.nextInt(MANY));
      values = with(values, key, i);
      expected.put(key, i);
      assertThat(firsts(values)).containsExactlyElementsIn(expected.values()).inOrder();
      assertThat(first(values, key)).isEqualTo(i);
    }
  }
}
