package dev.mimic.demo;

import dev.mimic.Input;
import dev.mimic.Inventory;
import dev.mimic.Key;
import java.util.HashMap;
import java.util.Map;

/**
 * An inventory as a graph for Graphviz: from schemes to the protocols that carry them, and to the
 * keys that their endpoints are derived from.
 */
final class InventoryDot {
  private final StringBuilder out = new StringBuilder();
  private final Map<Key<?>, String> keys = new HashMap<>();

  private InventoryDot() {}

  static String print(String deployment, Inventory inventory) {
    return new InventoryDot().graph(deployment, inventory);
  }

  private String graph(String deployment, Inventory inventory) {
    out.append("digraph ").append(quoted(deployment)).append(" {\n");
    out.append("  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (Inventory.SchemeEntry each : inventory.schemes()) {
      String node = quoted("scheme " + each.scheme().name());
      node(node, each.scheme().name() + "://", each.source(), "shape=cds");
      edge(node, key(each.scheme().carrier()), "");
    }
    for (Inventory.ProtocolEntry each : inventory.protocols()) {
      String node = quoted("protocol " + each.name());
      node(node, each.name(), each.source(), each.isSecure() ? "peripheries=2" : "style=bold");
      edge(key(each.endpoint()), node, "label=\"endpoint of\"");
    }
    for (Inventory.DerivationEntry each : inventory.derivations()) {
      for (Input<?> input : each.inputs()) {
        boolean required = input.toString().equals(input.key().name());
        edge(key(each.key()), key(input.key()), required ? "" : "style=dashed");
      }
    }
    for (Inventory.ValueEntry each : inventory.values()) {
      node(key(each.key()), each.key() + " = " + each.value(), each.source(), "shape=ellipse");
    }
    return out.append("}\n").toString();
  }

  /** Returns the node of the key, and declares it the first time; two keys may share a name. */
  private String key(Key<?> key) {
    String known = keys.get(key);
    if (known == null) {
      known = quoted("key %d %s".formatted(keys.size(), key));
      keys.put(key, known);
      out.append("  %s [label=%s, shape=ellipse];\n".formatted(known, quoted(key.name())));
    }
    return known;
  }

  private void node(String node, String label, String source, String style) {
    String text = quoted(label + "\n" + source);
    out.append("  %s [label=%s, %s];\n".formatted(node, text, style));
  }

  private void edge(String from, String to, String style) {
    out.append("  %s -> %s [%s];\n".formatted(from, to, style));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
