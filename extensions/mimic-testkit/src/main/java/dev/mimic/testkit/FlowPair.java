package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import java.io.Closeable;
import java.io.IOException;

/**
 * Two flows that are each other's peers.
 *
 * <pre>
 *   near  ==========  far
 * </pre>
 *
 * @param near where most of the contract is looked at: the end that connected, if they differ
 * @param far its peer
 */
public record FlowPair(Flow near, Flow far) implements Closeable {

  /** Checks. */
  public FlowPair {
    requireNonNull(near, "near");
    requireNonNull(far, "far");
  }

  /** Returns both ends of a pipe. */
  public static FlowPair of(FlowPipe pipe) {
    return new FlowPair(pipe.near(), pipe.far());
  }

  /** Returns the pair seen from the other side. */
  public FlowPair swapped() {
    return new FlowPair(far, near);
  }

  /** Closes both. */
  @Override
  public void close() throws IOException {
    try (far) {
      near.close();
    }
  }
}
