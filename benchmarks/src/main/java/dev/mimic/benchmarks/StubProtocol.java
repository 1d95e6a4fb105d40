package dev.mimic.benchmarks;

import dev.mimic.Key;
import dev.mimic.Protocol;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import org.jspecify.annotations.Nullable;

/** A protocol that connects to nothing, and keeps the endpoint that it was last asked for. */
final class StubProtocol<E> implements Protocol<E> {
  private final String name;
  private final Key<E> endpointKey;
  private final boolean secure;
  private final Flow flow = FlowPipe.create().near();
  private @Nullable E last;

  private StubProtocol(String name, Key<E> endpointKey, boolean secure) {
    this.name = name;
    this.endpointKey = endpointKey;
    this.secure = secure;
  }

  /** Returns a protocol that is not secure. */
  static <E> StubProtocol<E> clear(String name) {
    return new StubProtocol<>(name, Key.of(name + ".endpoint"), false);
  }

  /** Returns a secure protocol. */
  static <E> StubProtocol<E> secure(String name) {
    return new StubProtocol<>(name, Key.of(name + ".endpoint"), true);
  }

  /** Throws unless the last connection was to this endpoint. */
  void check(E expected) {
    if (!expected.equals(last)) {
      throw new AssertionError(
          "%s was to connect to %s, and connected to %s".formatted(name, expected, last));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Key<E> endpointKey() {
    return endpointKey;
  }

  @Override
  public boolean isSecure() {
    return secure;
  }

  @Override
  public String describe(E endpoint) {
    return name + "(" + endpoint + ")";
  }

  @Override
  public Flow connect(E endpoint, Deadline deadline) {
    last = endpoint;
    return flow;
  }
}
