package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * How something would be connected to, or was tried to be: what was asked, which protocol carries
 * it and why, what its endpoint is derived from, and who contributed that. Shows no secret.
 * Immutable.
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

  /** Returns the plan of what cannot even be looked at. */
  static Plan ofProblem(String asked, String problem) {
    return new Plan(asked, List.of(), Optional.of(problem), asked);
  }

  /** Returns the address, its password hidden, or what stands for a context. */
  public String asked() {
    return asked;
  }

  /**
   * Returns what would be connected to, in order, until one succeeds; such as {@code
   * tls(tcp(example.org:443))}.
   */
  public List<String> connections() {
    return connections;
  }

  /** Returns why nothing would be connected to, in one line, if nothing would. */
  public Optional<String> problem() {
    return problem;
  }

  /** Returns the tree, in several lines, and the problem if there is one. */
  @Override
  public String toString() {
    return tree + problem.map(why -> "\ncannot be connected to: " + why).orElse("");
  }
}
