package dev.mimic.git;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The memory that JGit 7.8 needs to reconstruct the deltas of a pack: an upper bound.
 *
 * <p>JGit visits the deltas depth first. It holds an object while a delta against it remains, and
 * allocates the next object beside it. A chain of deltas needs the memory of two objects; a chain
 * in which each object has two deltas needs that of all.
 *
 * <pre>
 *   base --- 1 --- 2 --- 3        while 3 is reconstructed: 2 and 3
 *
 *   base --- 1 --- 2 --- 3        while 3 is reconstructed: base, 1, 2 and 3,
 *      \       \     \            for the deltas a, b and c
 *       a       b     c
 * </pre>
 *
 * <p><b>Bases by id.</b> Such a base can be in the repository, as in a thin pack, or be an object
 * of the pack that has the same size. In the second case the memory for both is added.
 */
final class DeltaMemory {
  private static final int NONE = -1;
  private static final int BY_ID = -2;

  // The entries in the order of the pack, and each base by id before its first delta. A base by
  // offset precedes its deltas too.
  private int entries;
  private long[] positions = new long[64]; // twice those in the pack; odd for a base by id
  private long[] sizes = new long[64]; // of the objects
  private int[] bases = new int[64]; // the index of the base, or NONE, or BY_ID
  private int[] deltas = new int[64]; // the number of deltas against the entry

  private final Map<ObjectId, Integer> byId = new HashMap<>(); // the indexes of bases by id
  private long maxDeltaSize;

  /** Adds an object that is not stored as a delta. */
  void addWhole(long position, long size) {
    add(2 * position, size, NONE);
  }

  /** Adds a delta against the entry at a position. Returns false if there is no such entry. */
  boolean addDelta(long position, long basePosition, long resultSize, long deltaSize) {
    int base = Arrays.binarySearch(positions, 0, entries, 2 * basePosition);
    if (base < 0) {
      return false;
    }
    addDelta(position, base, resultSize, deltaSize);
    return true;
  }

  /** Adds a delta against an object that is given by its id. */
  void addDelta(long position, ObjectId base, long baseSize, long resultSize, long deltaSize) {
    int index = byId.computeIfAbsent(base, unused -> add(2 * position - 1, baseSize, BY_ID));
    addDelta(position, index, resultSize, deltaSize);
  }

  private void addDelta(long position, int base, long resultSize, long deltaSize) {
    deltas[base]++;
    maxDeltaSize = Math.max(maxDeltaSize, deltaSize);
    int unused = add(2 * position, resultSize, base);
  }

  private int add(long position, long size, int base) {
    if (entries == positions.length) {
      int length = 2 * entries;
      positions = Arrays.copyOf(positions, length);
      sizes = Arrays.copyOf(sizes, length);
      bases = Arrays.copyOf(bases, length);
      deltas = Arrays.copyOf(deltas, length);
    }
    positions[entries] = position;
    sizes[entries] = size;
    bases[entries] = base;
    return entries++;
  }

  /** Returns a number of bytes that JGit does not exceed. */
  long maxBytes() {
    Map<Long, Integer> deltasById = deltasById();
    Set<Long> sizesInPack = new HashSet<>(); // those that are also the size of a base by id
    long[] held = new long[entries]; // by each entry and its bases, while its deltas are visited
    int[] roots = new int[entries];
    long[] peaks = new long[entries]; // of each root
    for (int i = 0; i < entries; i++) {
      boolean isInPack = bases[i] != BY_ID;
      int more = isInPack ? deltasById.getOrDefault(sizes[i], 0) : 0;
      if (more > 0) {
        sizesInPack.add(sizes[i]);
      }
      held[i] = deltas[i] + more > 1 ? sizes[i] : 0;
      roots[i] = i;
      if (bases[i] >= 0) {
        int base = bases[i];
        long before = bases[base] >= 0 ? held[bases[base]] : 0;
        held[i] += held[base];
        roots[i] = roots[base];
        peaks[roots[i]] = Math.max(peaks[roots[i]], before + sizes[base] + sizes[i]);
      }
    }
    long max = 0;
    long sum = 0;
    for (int i = 0; i < entries; i++) {
      if (bases[i] == BY_ID && sizesInPack.contains(sizes[i])) {
        sum += peaks[i];
      } else {
        max = Math.max(max, peaks[i]);
      }
    }
    return max + sum + maxDeltaSize;
  }

  /** Returns the number of deltas against bases by id, by the size of the base. */
  private Map<Long, Integer> deltasById() {
    Map<Long, Integer> counts = new HashMap<>();
    byId.values().forEach(each -> counts.merge(sizes[each], deltas[each], Integer::sum));
    return counts;
  }
}
