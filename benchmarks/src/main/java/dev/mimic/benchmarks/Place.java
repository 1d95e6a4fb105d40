package dev.mimic.benchmarks;

import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.ResolverBuilder;
import java.util.List;

/** The place where derivations are kept. */
public enum Place {
  /** In the resolver: as a module contributes them. */
  RESOLVER {
    @Override
    Context add(List<? extends Derivation<?>> all, ResolverBuilder builder, Context base) {
      all.forEach(builder::derivation);
      return base;
    }
  },

  /** In the context that the caller has ready. */
  CONTEXT {
    @Override
    Context add(List<? extends Derivation<?>> all, ResolverBuilder builder, Context base) {
      Context context = base;
      for (Derivation<?> each : all) {
        context = context.with(each);
      }
      return context;
    }
  };

  /** Adds the derivations, and returns the base with those that are for it. */
  abstract Context add(List<? extends Derivation<?>> all, ResolverBuilder builder, Context base);
}
