package dev.mimic;

import static com.google.common.truth.Truth.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyMapTest {
  /** So many that some of them have the same hash, of 31 bits: about twenty. */
  private static final int MANY = 300_000;

  private static KeyMap<Integer> numbered(Key<?>... keys) {
    KeyMap<Integer> map = KeyMap.empty();
    for (int i = 0; i < keys.length; i++) {
      map = map.with(keys[i], i);
    }
    return map;
  }

  private static Key<?>[] keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> Key.of("k" + i)).toArray(Key<?>[]::new);
  }

  private static Map<Key<?>, Integer> entries(KeyMap<Integer> map) {
    Map<Key<?>, Integer> entries = new HashMap<>();
    map.forEach((key, value) -> assertThat(entries.put(key, value)).isNull());
    return entries;
  }

  @Test
  void holdsNothingAtFirst() {
    assertThat(KeyMap.<Integer>empty().isEmpty()).isTrue();
    assertThat(KeyMap.<Integer>empty().get(Key.of("k"))).isNull();
  }

  @Test
  void holdsWhatWasPutThereAlsoWhereHashesAreEqual() {
    Key<?>[] keys = keys(MANY);
    long hashes = Stream.of(keys).mapToInt(Key::hash).distinct().count();
    System.out.println((MANY - hashes) + " keys have a hash that another one has");
    KeyMap<Integer> map = numbered(keys);
    for (int i = 0; i < MANY; i++) {
      assertThat(map.get(keys[i])).isEqualTo(i);
    }
    assertThat(entries(map)).hasSize(MANY);
    assertThat(map.get(Key.of("another"))).isNull();
  }

  @Test
  void replacesWhatTheKeyHadAlsoWhereHashesAreEqual() {
    Key<?>[] keys = keys(MANY);
    KeyMap<Integer> map = numbered(keys);
    for (int i = 0; i < MANY; i++) {
      map = map.with(keys[i], -i);
    }
    for (int i = 0; i < MANY; i++) {
      assertThat(map.get(keys[i])).isEqualTo(-i);
    }
    assertThat(entries(map)).hasSize(MANY);
  }

  @Test
  void leavesTheMapItWasMadeOfAsItWas() {
    Key<?>[] keys = keys(100);
    KeyMap<Integer> half = KeyMap.empty();
    for (int i = 0; i < 50; i++) {
      half = half.with(keys[i], i);
    }
    KeyMap<Integer> all = half;
    for (int i = 0; i < 100; i++) {
      all = all.with(keys[i], -i);
    }
    assertThat(entries(half)).hasSize(50);
    for (int i = 0; i < 100; i++) {
      assertThat(half.get(keys[i])).isEqualTo(i < 50 ? i : null);
      assertThat(all.get(keys[i])).isEqualTo(-i);
    }
  }
}
