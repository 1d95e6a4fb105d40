package dev.mimic.demo;

import static java.util.stream.Collectors.joining;

import dev.mimic.Input;
import dev.mimic.Inventory;
import dev.mimic.Scheme;
import java.util.Locale;
import java.util.OptionalInt;

/** An inventory in the format for people. */
final class InventoryText {
  private static final int INDENT = 2;

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
    return "\n%s\n%s".formatted(title, rows.print());
  }

  private static Table schemes(Inventory inventory) {
    Table table = new Table(INDENT).heading("SCHEME", "CARRIED BY", "PORT", "LISTENS", "MODULE");
    for (Inventory.SchemeEntry each : inventory.schemes()) {
      Scheme scheme = each.scheme();
      OptionalInt port = scheme.defaultPort();
      table.row(
          scheme.name(),
          scheme.carrier().name(),
          port.isPresent() ? String.valueOf(port.getAsInt()) : "none",
          scheme.listenCarrier().isPresent() ? "yes" : "no",
          each.source());
    }
    return table;
  }

  private static Table protocols(Inventory inventory) {
    Table table = new Table(INDENT).heading("PROTOCOL", "USE", "ENDPOINT", "SECURE", "MODULE");
    for (Inventory.ProtocolEntry each : inventory.protocols()) {
      String secure = each.isSecure() ? "yes" : "no";
      table.row(each.name(), "connects", each.endpoint().name(), secure, each.source());
    }
    for (Inventory.ListeningEntry each : inventory.listeningProtocols()) {
      table.row(each.name(), "listens", each.listenKey().name(), "", each.source());
    }
    return table;
  }

  private static Table derivations(Inventory inventory) {
    Table table = new Table(INDENT).heading("KEY", "DERIVED FROM", "MODULE");
    for (Inventory.DerivationEntry each : inventory.derivations()) {
      String inputs = each.inputs().stream().map(Input::toString).collect(joining(", "));
      table.row(each.key().name(), inputs, each.source());
    }
    return table;
  }

  private static Table values(Inventory inventory) {
    Table table = new Table(INDENT).heading("KEY", "VALUE", "MODULE");
    for (Inventory.ValueEntry each : inventory.values()) {
      table.row(each.key().name(), each.value(), each.source());
    }
    return table;
  }

  private static Table findings(Inventory inventory) {
    Table table = new Table(INDENT);
    for (Inventory.Finding each : inventory.findings()) {
      table.row(each.severity().name().toLowerCase(Locale.ROOT), each.message());
    }
    return inventory.findings().isEmpty() ? table.row("none: every scheme can be served") : table;
  }
}
