package dev.mimic;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from keys that never changes: {@code with} returns another one, which shares with this one
 * all but what leads to the new entry. Both looking up and adding take next to constant time.
 *
 * <p>It is a hash trie, and each map a node of one: five bits of a key's hash choose the slot, and
 * where several keys of a map would have the same slot, that slot holds a map of its own, which
 * looks at the next five bits.
 *
 * @param <V> the type of the values
 */
final class KeyMap<V> {
  private static final int BITS = 5;
  private static final KeyMap<?> EMPTY = new KeyMap<>(0, new Object[0]);

  /** Which slots are in use; of the map below the last bits of a hash, none, as they are a list. */
  private final int bitmap;

  /** The slots in use, two elements each: a key and its value, or null and a map. */
  private final @Nullable Object[] slots;

  private KeyMap(int bitmap, @Nullable Object[] slots) {
    this.bitmap = bitmap;
    this.slots = slots;
  }

  @SuppressWarnings("unchecked") // it has no value of whatever type
  static <V> KeyMap<V> empty() {
    return (KeyMap<V>) EMPTY;
  }

  boolean isEmpty() {
    return slots.length == 0;
  }

  /** Returns the value of the key, or null. */
  @Nullable V get(Key<?> key) {
    int hash = key.hash();
    KeyMap<V> map = this;
    for (int shift = 0; shift < Integer.SIZE; shift += BITS) {
      int bit = bit(hash, shift);
      if ((map.bitmap & bit) == 0) {
        return null;
      }
      int at = map.indexOf(bit);
      Object there = map.slots[at];
      if (there != null) {
        return there == key ? map.value(at) : null;
      }
      map = map.below(at);
    }
    int at = map.indexInList(key);
    return at < map.slots.length ? map.value(at) : null;
  }

  /** Returns this map with a value, in place of the one that the key had. */
  KeyMap<V> with(Key<?> key, V value) {
    return with(key, value, 0);
  }

  private KeyMap<V> with(Key<?> key, V value, int shift) {
    if (shift >= Integer.SIZE) {
      return withInList(key, value);
    }
    int bit = bit(key.hash(), shift);
    int at = indexOf(bit);
    if ((bitmap & bit) == 0) {
      return inserted(bitmap | bit, at, key, value);
    }
    Object there = slots[at];
    if (there == key) {
      return replaced(at, key, value);
    }
    KeyMap<V> below =
        there == null ? below(at) : KeyMap.<V>empty().with((Key<?>) there, value(at), shift + BITS);
    return replaced(at, null, below.with(key, value, shift + BITS));
  }

  /** All keys here have the same hash. */
  private KeyMap<V> withInList(Key<?> key, V value) {
    int at = indexInList(key);
    return at < slots.length ? replaced(at, key, value) : inserted(0, at, key, value);
  }

  private int indexInList(Key<?> key) {
    int at = 0;
    while (at < slots.length && slots[at] != key) {
      at += 2;
    }
    return at;
  }

  private KeyMap<V> inserted(int newBitmap, int at, Key<?> key, V value) {
    @Nullable Object[] copy = new Object[slots.length + 2];
    System.arraycopy(slots, 0, copy, 0, at);
    copy[at] = key;
    copy[at + 1] = value;
    System.arraycopy(slots, at, copy, at + 2, slots.length - at);
    return new KeyMap<>(newBitmap, copy);
  }

  private KeyMap<V> replaced(int at, @Nullable Key<?> key, Object valueOrMap) {
    @Nullable Object[] copy = Arrays.copyOf(slots, slots.length);
    copy[at] = key;
    copy[at + 1] = valueOrMap;
    return new KeyMap<>(bitmap, copy);
  }

  /** Calls back with each key and its value, in no order. */
  void forEach(BiConsumer<Key<?>, V> action) {
    for (int at = 0; at < slots.length; at += 2) {
      if (slots[at] instanceof Key<?> key) {
        action.accept(key, value(at));
      } else {
        below(at).forEach(action);
      }
    }
  }

  private static int bit(int hash, int shift) {
    return 1 << (hash >>> shift); // a shift takes the last five bits of its distance
  }

  private int indexOf(int bit) {
    return 2 * Integer.bitCount(bitmap & (bit - 1));
  }

  @SuppressWarnings("unchecked") // behind a key is a value
  private V value(int at) {
    return (V) slots[at + 1];
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // behind no key is a map
  private KeyMap<V> below(int at) {
    return (KeyMap<V>) slots[at + 1];
  }
}
