package dev.mimic;

import static java.util.Comparator.comparingInt;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Derivations, linked: from each key to its derivations in the order in which they are asked, and
 * from each derivation to its inputs. A resolution so goes from key to key without looking any up,
 * and keeps what it finds by their {@linkplain Node#index numbers}. Immutable once made.
 */
final class RuleGraph {
  private static final Rule[] NO_RULES = {};

  private final Map<Key<?>, Node> nodes = new HashMap<>();

  /** A key that has derivations, or that one of them needs. */
  static final class Node {
    private final Key<?> key;
    private final int index;
    private Rule[] rules = NO_RULES;

    private Node(Key<?> key, int index) {
      this.key = key;
      this.index = index;
    }

    /** Returns a node of no graph, with the rules of all these, of which the newest comes first. */
    static Node merged(Key<?> key, List<Node> newestFirst) {
      Node merged = new Node(key, -1);
      merged.rules = inOrder(newestFirst.stream().flatMap(each -> Stream.of(each.rules)).toList());
      return merged;
    }

    Key<?> key() {
      return key;
    }

    /** Returns its number: from zero, without gaps. */
    int index() {
      return index;
    }

    /** Returns its derivations, in the order in which they are asked; not to be written into. */
    Rule[] rules() {
      return rules;
    }
  }

  /** A derivation, and the nodes of its inputs. */
  static final class Rule {
    private final RuleGraph graph;
    private final Derivation<?> derivation;
    private final Node[] inputs;

    private Rule(RuleGraph graph, Derivation<?> derivation, Node[] inputs) {
      this.graph = graph;
      this.derivation = derivation;
      this.inputs = inputs;
    }

    RuleGraph graph() {
      return graph;
    }

    Derivation<?> derivation() {
      return derivation;
    }

    int inputCount() {
      return inputs.length;
    }

    Node input(int at) {
      return inputs[at];
    }
  }

  /**
   * Makes the graph of these derivations, where those of one key are together, the newest first.
   */
  RuleGraph(Collection<List<Derivation<?>>> newestFirst) {
    for (List<Derivation<?>> ofKey : newestFirst) {
      List<Rule> rules = ofKey.stream().map(this::rule).toList();
      nodeFor(ofKey.getFirst().key()).rules = inOrder(rules);
    }
  }

  /**
   * Returns these, the newest first, in the order in which they are asked, and each of them once.
   */
  static Rule[] inOrder(Collection<Rule> newestFirst) {
    Set<Derivation<?>> seen = new HashSet<>();
    return newestFirst.stream()
        .filter(each -> seen.add(each.derivation))
        .sorted(comparingInt(each -> each.derivation.priority())) // stable
        .toArray(Rule[]::new);
  }

  private Rule rule(Derivation<?> derivation) {
    Node[] inputs = new Node[derivation.inputCount()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = nodeFor(derivation.input(i).key());
    }
    return new Rule(this, derivation, inputs);
  }

  private Node nodeFor(Key<?> key) {
    return nodes.computeIfAbsent(key, k -> new Node(k, nodes.size()));
  }

  /** Returns the node of the key, or null. */
  @Nullable Node node(Key<?> key) {
    return nodes.get(key);
  }

  /** Returns how many nodes there are. */
  int size() {
    return nodes.size();
  }
}
