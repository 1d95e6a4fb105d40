package dev.mimic.benchmarks;

import static dev.mimic.Derivation.required;

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

/** A chain of derivations from a value to an endpoint, each one more than the one before. */
final class Chain {
  private final StubProtocol<Integer> protocol = StubProtocol.clear("chain");
  private final Key<Integer> start = Key.of("start");
  private final int length;
  private final Context base;
  private final MimicResolver resolver;

  Chain(int length, Order order, Place place) {
    this.length = length;
    List<Derivation<Integer>> links = new ArrayList<>();
    Key<Integer> from = start;
    for (int i = 1; i <= length; i++) {
      Key<Integer> to = i == length ? protocol.endpointKey() : Key.of("k" + i);
      links.add(link(to, from, i));
      from = to;
    }
    order.arrange(links);
    ResolverBuilder builder = MimicResolver.builder().protocol(protocol);
    this.base = place.add(links, builder, Context.empty());
    this.resolver = builder.build();
  }

  /** Not the same function each time: in a program they are all different. */
  private static Derivation<Integer> link(Key<Integer> to, Key<Integer> from, int index) {
    Input<Integer> input = required(from);
    return switch (index % 4) {
      case 0 -> Derivation.of(to, input, value -> Verdict.of(value + 1));
      case 1 -> Derivation.of(to, input, value -> Verdict.of(1 + value));
      case 2 -> Derivation.of(to, input, value -> Verdict.of(value - -1));
      default -> Derivation.of(to, input, Chain::next);
    };
  }

  private static Verdict<Integer> next(int value) {
    return Verdict.of(value + 1);
  }

  Flow resolve() throws IOException {
    return resolver.withTimeout(Tutorial.TIMEOUT).resolve(base.with(start, 0));
  }

  void check() {
    protocol.check(length);
  }
}
