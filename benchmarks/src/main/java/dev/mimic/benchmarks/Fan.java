package dev.mimic.benchmarks;

import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;

import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.ResolverBuilder;
import dev.mimic.Verdict;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Derivations that are next to each other, not behind: each makes a one of the start, and further
 * ones add them up, eight at a time, until the sum is the endpoint.
 */
final class Fan {
  private static final int INPUTS = 8;

  private final StubProtocol<Integer> protocol = StubProtocol.clear("fan");
  private final Key<Integer> start = Key.of("start");
  private final int width;
  private final List<Derivation<Integer>> rules = new ArrayList<>();
  private final Context base;
  private final MimicResolver resolver;

  Fan(int width, Place place) {
    this.width = width;
    List<Key<Integer>> level = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      Key<Integer> one = Key.of("one" + i);
      rules.add(Derivation.of(one, required(start), value -> Verdict.of(value + 1)));
      level.add(one);
    }
    while (level.size() > INPUTS) {
      level = sums(level);
    }
    rules.add(sum(protocol.endpointKey(), level));
    ResolverBuilder builder = MimicResolver.builder().protocol(protocol);
    this.base = place.add(rules, builder, Context.empty());
    this.resolver = builder.build();
  }

  private List<Key<Integer>> sums(List<Key<Integer>> level) {
    List<Key<Integer>> above = new ArrayList<>();
    for (int from = 0; from < level.size(); from += INPUTS) {
      Key<Integer> key = Key.of("sum");
      rules.add(sum(key, level.subList(from, Math.min(from + INPUTS, level.size()))));
      above.add(key);
    }
    return above;
  }

  private static Derivation<Integer> sum(Key<Integer> to, List<Key<Integer>> parts) {
    Derivation.Builder<Integer> sum = Derivation.builder(to);
    List<Input<Integer>> terms = new ArrayList<>();
    parts.forEach(each -> terms.add(sum.input(required(each))));
    while (terms.size() < INPUTS) {
      terms.add(sum.input(withDefault(Key.of("none"), 0)));
    }
    return sum.build(in -> Verdict.of(terms.stream().mapToInt(in::get).sum()));
  }

  Flow resolve() throws IOException {
    return resolver.withTimeout(Tutorial.TIMEOUT).resolve(base.with(start, 0));
  }

  void check() {
    protocol.check(width);
  }
}
