package dev.mimic.benchmarks;

import static dev.mimic.Derivation.required;

import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.ResolverBuilder;
import dev.mimic.Verdict;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A resolver with several derivations of one key. All decline except the last one tried. */
final class Alternatives {
  private final StubProtocol<Integer> protocol = StubProtocol.clear("alternatives");
  private final Key<Integer> start = Key.of("start");
  private final int count;
  private final Context base;
  private final MimicResolver resolver;

  Alternatives(int count, Place place) {
    this.count = count;
    List<Derivation<Integer>> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Verdict<Integer> verdict = i < count ? Verdict.decline("not this one") : Verdict.of(count);
      all.add(Derivation.of(protocol.endpointKey(), required(start), value -> verdict).priority(i));
    }
    ResolverBuilder builder = MimicResolver.builder().protocol(protocol);
    this.base = place.add(all, builder, Context.empty());
    this.resolver = builder.build();
  }

  Flow resolve() throws IOException {
    return resolver.withTimeout(Tutorial.TIMEOUT).resolve(base.with(start, 0));
  }

  void check() {
    protocol.check(count);
  }
}
