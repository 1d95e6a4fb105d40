package dev.mimic;

import org.jspecify.annotations.Nullable;

/**
 * What a resolution found out about the keys of one graph. Kept in pages that are made when they
 * are first needed: most resolutions look at few of the keys that a large deployment knows.
 */
final class Findings {
  private static final int PAGE = 16; // a power of two

  private final RuleGraph graph;
  // Of objects, for the JVM checks what it stores into an array of an interface, and slowly.
  private final @Nullable Object[] @Nullable [] pages;

  Findings(RuleGraph graph) {
    this.graph = graph;
    this.pages = new Object[(graph.size() + PAGE - 1) / PAGE][];
  }

  RuleGraph graph() {
    return graph;
  }

  @Nullable Finding get(RuleGraph.Node node) {
    @Nullable Object[] page = pages[node.index() / PAGE];
    return page == null ? null : (Finding) page[node.index() % PAGE];
  }

  void set(RuleGraph.Node node, Finding finding) {
    int at = node.index() / PAGE;
    @Nullable Object[] page = pages[at];
    if (page == null) {
      page = new @Nullable Object[PAGE];
      pages[at] = page;
    }
    page[node.index() % PAGE] = finding;
  }
}
