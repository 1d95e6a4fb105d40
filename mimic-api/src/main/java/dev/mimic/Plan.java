package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The plan of a resolution: the request, the protocol that carries it and the reason, the
 * derivation of its endpoint, and the contributors. Shows no secret. Immutable.
 */
public final class Plan {
  private final String asked;
  private final List<String> connections;
  private final Optional<String> problem;
  private final String tree;

  Plan(String asked, List<String> connections, Optional<String> problem, String tree) {
    this.asked = requireNonNull(asked, "asked");
    this.connections = List.copyOf(connections);
    this.problem = requireNonNull(problem, "problem");
    this.tree = requireNonNull(tree, "tree");
  }

  /** Returns the plan of a request that cannot be parsed. */
  static Plan ofProblem(String asked, String problem) {
    return new Plan(asked, List.of(), Optional.of(problem), asked);
  }

  /** Returns the address without its password, or the description of a context. */
  public String asked() {
    return asked;
  }

  /**
   * Returns the connections to try in order until one succeeds, such as {@code
   * tls(tcp(example.org:443))}.
   */
  public List<String> connections() {
    return connections;
  }

  /** Returns the reason, in one line, if there is nothing to connect to. */
  public Optional<String> problem() {
    return problem;
  }

  /** Returns the tree, in several lines, and the problem if there is one. */
  @Override
  public String toString() {
    return tree + problem.map(why -> "\ncannot be connected to: " + why).orElse("");
  }
}
