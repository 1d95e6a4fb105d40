package dev.mimic;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.time.Duration;

/** Shortcuts of tests to resolve. */
final class Resolving {
  static final Duration LONG = Duration.ofMinutes(1);

  private Resolving() {}

  /** Returns a resolver of these protocols. */
  static MimicResolver resolver(Protocol<?>... protocols) {
    ResolverBuilder builder = MimicResolver.builder();
    for (Protocol<?> protocol : protocols) {
      builder.protocol(protocol);
    }
    return builder.build();
  }

  /** Resolves, and returns the endpoint of the flow. */
  static Object endpoint(MimicResolver resolver, Context context) throws IOException {
    try (Flow flow = resolver.withTimeout(LONG).resolve(context)) {
      return ((StubFlow) flow).endpoint();
    }
  }

  /** Resolves, and returns the endpoint of the flow. */
  static Object endpoint(MimicResolver resolver, String address) throws IOException {
    try (Flow flow = resolver.withTimeout(LONG).resolve(address)) {
      return ((StubFlow) flow).endpoint();
    }
  }

  /** Resolves, and returns the failure. */
  static ResolutionException failure(MimicResolver resolver, Context context) {
    return assertThrows(
        ResolutionException.class, () -> resolver.withTimeout(LONG).resolve(context));
  }

  /** Resolves, and returns the failure. */
  static ResolutionException failure(MimicResolver resolver, String address) {
    return assertThrows(
        ResolutionException.class, () -> resolver.withTimeout(LONG).resolve(address));
  }
}
