package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import java.io.Closeable;
import java.io.IOException;

/**
 * Two flows that are each other's peers.
 *
 * <pre>
 *   near  ==========  far
 * </pre>
 *
 * @param near the end that most tests examine: the one that has connected, if the ends differ
 * @param far the peer of {@code near}
 */
public record FlowPair(Flow near, Flow far) implements Closeable {

  /** Creates a pair. */
  public FlowPair {
    requireNonNull(near, "near");
    requireNonNull(far, "far");
  }

  /** Returns both ends of a pipe. */
  public static FlowPair of(FlowPipe pipe) {
    return new FlowPair(pipe.near(), pipe.far());
  }

  /** Returns the pair with its ends exchanged. */
  public FlowPair swapped() {
    return new FlowPair(far, near);
  }

  /** Closes both flows. */
  @Override
  public void close() throws IOException {
    try (far) {
      near.close();
    }
  }
}
