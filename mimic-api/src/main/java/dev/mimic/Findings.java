package dev.mimic;

import org.jspecify.annotations.Nullable;

/**
 * What a resolution found out about the keys of one graph. Kept in pages that are made when they
 * are first needed: most resolutions look at few of the keys that a large deployment knows.
 */
final class Findings {
  private static final int PAGE_BITS = 4;
  private static final int PAGE = 1 << PAGE_BITS;

  private final RuleGraph graph;
  private final @Nullable Findings next;
  private final @Nullable Finding[] @Nullable [] pages;

  private Findings(RuleGraph graph, @Nullable Findings next) {
    this.graph = graph;
    this.next = next;
    this.pages = new Finding[(graph.size() + PAGE - 1) / PAGE][];
  }

  /** Returns what is to be kept for these rules, before the others; only the others if none. */
  static @Nullable Findings of(Rules rules, @Nullable Findings others) {
    return rules.isEmpty() ? others : new Findings(rules.graph(), others);
  }

  RuleGraph graph() {
    return graph;
  }

  /** Returns those of the graph that is next, the newest being the first. */
  @Nullable Findings next() {
    return next;
  }

  @Nullable Finding get(RuleGraph.Node node) {
    @Nullable Finding[] page = pages[node.index() >> PAGE_BITS];
    return page == null ? null : page[node.index() & (PAGE - 1)];
  }

  void set(RuleGraph.Node node, Finding finding) {
    int at = node.index() >> PAGE_BITS;
    @Nullable Finding[] page = pages[at];
    if (page == null) {
      page = new @Nullable Finding[Math.min(PAGE, graph.size() - at * PAGE)];
      pages[at] = page;
    }
    page[node.index() & (PAGE - 1)] = finding;
  }
}
