package dev.mimic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of keys, once each, and only of those that are asked for. Lives as long as one
 * resolution, in one thread.
 *
 * <p>It keeps a stack of its own, one {@link Frame} for each key that is being derived, so that a
 * long chain is no deep recursion.
 */
final class Resolution {
  private final Layers layers;
  private final @Nullable Findings first; // of the graphs of rules
  private @Nullable Frame top;
  private int steps;

  Resolution(Layers layers) {
    this.layers = layers;
    this.first = layers.findings();
  }

  /** Returns what there is to be had for the key. */
  Outcome outcome(Key<?> key) {
    Outcome.Explicit explicit = layers.explicit(key);
    return explicit == null ? derivedOrAbsent(key) : explicit;
  }

  private Outcome derivedOrAbsent(Key<?> key) {
    for (Findings each = first; each != null; each = each.next()) {
      RuleGraph.Node node = each.graph().node(key);
      if (node != null) {
        Finding found = find(each, node);
        if (found instanceof Frame frame && !frame.hasBegun()) {
          derive(frame);
        }
        return outcomeOf(found);
      }
    }
    return Outcome.Absent.UNTRIED;
  }

  private void derive(Frame bottom) {
    bottom.begin(null);
    top = bottom;
    while (top != null) {
      Frame needed = top.run(this);
      if (needed != null) {
        needed.begin(top);
        top = needed;
      } else {
        Frame done = top;
        top = done.below();
        if (top != null) {
          top.take(done, this);
        }
      }
    }
  }

  private static Outcome outcomeOf(Finding found) {
    return switch (found) {
      case Frame frame -> frame.outcome();
      case Outcome.Explicit explicit -> explicit;
      case Outcome.Absent absent -> absent;
    };
  }

  /** Returns what is known of an input; a frame that has not begun must run first. */
  Finding find(RuleGraph.Rule rule, int input) {
    for (Findings each = first; each != null; each = each.next()) {
      if (each.graph() == rule.graph()) {
        return find(each, rule.input(input));
      }
    }
    throw new IllegalStateException(rule.derivation() + " is of no graph here");
  }

  private Finding find(Findings in, RuleGraph.Node node) {
    steps++;
    Finding known = in.get(node);
    if (known == null) {
      known = start(node);
      in.set(node, known);
    }
    return known;
  }

  private Finding start(RuleGraph.Node node) {
    if (first != null && first.next() != null) {
      return startAmongGraphs(node.key());
    }
    Outcome.Explicit explicit = layers.explicit(node.key());
    return explicit == null ? derived(node) : explicit;
  }

  private static Finding derived(RuleGraph.Node node) {
    return node.rules().length == 0 ? Outcome.Absent.UNTRIED : new Frame(node);
  }

  /** The same where several contexts have derivations: they know the same key by other nodes. */
  private Finding startAmongGraphs(Key<?> key) {
    Finding known = foundInAny(key);
    if (known != null) {
      return known;
    }
    Outcome.Explicit explicit = layers.explicit(key);
    return explicit == null ? derivedAmongGraphs(key) : explicit;
  }

  private @Nullable Finding foundInAny(Key<?> key) {
    for (Findings each = first; each != null; each = each.next()) {
      RuleGraph.Node node = each.graph().node(key);
      Finding found = node == null ? null : each.get(node);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private Finding derivedAmongGraphs(Key<?> key) {
    List<RuleGraph.Node> newestFirst = new ArrayList<>();
    for (Findings each = first; each != null; each = each.next()) {
      RuleGraph.Node node = each.graph().node(key);
      if (node != null && node.rules().length > 0) {
        newestFirst.add(node);
      }
    }
    return switch (newestFirst.size()) {
      case 0 -> Outcome.Absent.UNTRIED;
      case 1 -> new Frame(newestFirst.getFirst());
      default -> new Frame(RuleGraph.Node.merged(key, newestFirst));
    };
  }

  /** Returns how often an input was looked at: the cost of it all, for a test to see it linear. */
  int steps() {
    return steps;
  }

  /** Returns what came of the key; null if nobody has asked for it. */
  @Nullable Outcome lookUp(Key<?> key) {
    Finding found = foundInAny(key);
    if (found != null) {
      return outcomeOf(found);
    }
    return isWithoutRules(key) ? explicitOrAbsent(key) : null;
  }

  /** Returns the outcome of a key that has been asked for. */
  Outcome known(Key<?> key) {
    Outcome.Explicit explicit = layers.explicit(key);
    Outcome outcome = explicit == null ? lookUp(key) : explicit;
    if (outcome == null) {
      throw new IllegalStateException("nobody has asked for " + key);
    }
    return outcome;
  }

  /** Returns whether no derivation makes it, or needs it. */
  private boolean isWithoutRules(Key<?> key) {
    for (Findings each = first; each != null; each = each.next()) {
      if (each.graph().node(key) != null) {
        return false;
      }
    }
    return true;
  }

  private Outcome explicitOrAbsent(Key<?> key) {
    Outcome explicit = layers.explicit(key);
    return explicit == null ? Outcome.Absent.UNTRIED : explicit;
  }

  /** Returns the keys from the one that is needed again to the one that needs it. */
  String cycleTo(Key<?> needed) {
    List<String> path = new ArrayList<>(List.of(needed.name()));
    for (Frame at = top; at != null; at = at.key() == needed ? null : at.below()) {
      path.add(at.key().name());
    }
    return Printed.path(path.reversed());
  }
}
