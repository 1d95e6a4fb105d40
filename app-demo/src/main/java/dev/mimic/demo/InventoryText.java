package dev.mimic.demo;

import dev.mimic.Input;
import dev.mimic.Inventory;
import dev.mimic.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints an inventory for people. */
final class InventoryText {
  private static final int INPUTS_WIDTH = 60;

  private InventoryText() {}

  static String print(String deployment, Inventory inventory) {
    return "deployment "
        + deployment
        + "\n"
        + section("schemes", schemes(inventory))
        + section("protocols", protocols(inventory))
        + section("derivations", derivations(inventory))
        + section("values", values(inventory))
        + section("findings", findings(inventory));
  }

  private static String section(String title, Table rows) {
    return "\n%s\n%s".formatted(title, rows.print("  "));
  }

  private static Table schemes(Inventory inventory) {
    Table table = new Table();
    for (Inventory.SchemeEntry each : inventory.schemes()) {
      Scheme scheme = each.scheme();
      table.row(
          scheme.name(),
          "carried by " + scheme.carrier(),
          scheme.defaultPort().isPresent()
              ? "port " + scheme.defaultPort().getAsInt()
              : "no default port",
          scheme.listenCarrier().isPresent() ? "can be listened on" : "to connect to only",
          from(each.source()));
    }
    return table;
  }

  private static Table protocols(Inventory inventory) {
    Table table = new Table();
    for (Inventory.ProtocolEntry each : inventory.protocols()) {
      String secure = each.isSecure() ? "secure" : "not secure";
      table.row(each.name(), "connects by " + each.endpoint(), secure, from(each.source()));
    }
    for (Inventory.ListeningEntry each : inventory.listeningProtocols()) {
      table.row(each.name(), "listens by " + each.listenKey(), "", from(each.source()));
    }
    return table;
  }

  private static Table derivations(Inventory inventory) {
    Table table = new Table();
    for (Inventory.DerivationEntry each : inventory.derivations()) {
      List<String> lines = lines(each.inputs());
      table.row(each.key().name(), "from " + lines.getFirst(), from(each.source()));
      lines.stream().skip(1).forEach(line -> table.row("", "     " + line));
    }
    return table;
  }

  /** Returns the inputs, in lines that fit beside the rest. */
  private static List<String> lines(List<Input<?>> inputs) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (int i = 0; i < inputs.size(); i++) {
      String next = inputs.get(i) + (i < inputs.size() - 1 ? ", " : "");
      if (!line.isEmpty() && line.length() + next.length() > INPUTS_WIDTH) {
        lines.add(line.strip());
        line = "";
      }
      line += next;
    }
    lines.add(line);
    return lines;
  }

  private static Table values(Inventory inventory) {
    Table table = new Table();
    for (Inventory.ValueEntry each : inventory.values()) {
      table.row(each.key().name(), "= " + each.value(), from(each.source()));
    }
    return table;
  }

  private static Table findings(Inventory inventory) {
    Table table = new Table();
    for (Inventory.Finding each : inventory.findings()) {
      table.row(each.severity().name().toLowerCase(Locale.ROOT), each.message());
    }
    return inventory.findings().isEmpty() ? table.row("none: every scheme can be served") : table;
  }

  private static String from(String source) {
    return "(" + source + ")";
  }
}
