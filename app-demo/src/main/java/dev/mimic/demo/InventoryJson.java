package dev.mimic.demo;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.mimic.Input;
import dev.mimic.Inventory;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** An inventory in the format for programs. */
final class InventoryJson {
  private InventoryJson() {}

  static String print(String deployment, Inventory inventory) {
    JsonObject root = new JsonObject();
    root.addProperty("deployment", deployment);
    root.add("schemes", array(inventory.schemes(), InventoryJson::scheme));
    root.add("protocols", array(inventory.protocols(), InventoryJson::protocol));
    root.add("listeningProtocols", array(inventory.listeningProtocols(), InventoryJson::listening));
    root.add("derivations", array(inventory.derivations(), InventoryJson::derivation));
    root.add("values", array(inventory.values(), InventoryJson::value));
    root.add("findings", array(inventory.findings(), InventoryJson::finding));
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(root) + "\n";
  }

  private static <T> JsonArray array(List<T> entries, BiConsumer<T, JsonObject> writer) {
    JsonArray array = new JsonArray();
    for (T each : entries) {
      JsonObject object = new JsonObject();
      writer.accept(each, object);
      array.add(object);
    }
    return array;
  }

  private static void scheme(Inventory.SchemeEntry entry, JsonObject to) {
    to.addProperty("name", entry.scheme().name());
    to.addProperty("carrier", entry.scheme().carrier().name());
    entry.scheme().defaultPort().ifPresent(port -> to.addProperty("defaultPort", port));
    entry.scheme().listenCarrier().ifPresent(k -> to.addProperty("listenCarrier", k.name()));
    to.addProperty("module", entry.source());
  }

  private static void protocol(Inventory.ProtocolEntry entry, JsonObject to) {
    to.addProperty("name", entry.name());
    to.addProperty("endpoint", entry.endpoint().name());
    to.addProperty("secure", entry.isSecure());
    to.addProperty("priority", entry.priority());
    to.addProperty("module", entry.source());
  }

  private static void listening(Inventory.ListeningEntry entry, JsonObject to) {
    to.addProperty("name", entry.name());
    to.addProperty("listenKey", entry.listenKey().name());
    to.addProperty("module", entry.source());
  }

  private static void derivation(Inventory.DerivationEntry entry, JsonObject to) {
    to.addProperty("key", entry.key().name());
    JsonArray inputs = new JsonArray();
    for (Input<?> input : entry.inputs()) {
      inputs.add(input.toString());
    }
    to.add("inputs", inputs);
    to.addProperty("priority", entry.priority());
    to.addProperty("module", entry.source());
  }

  private static void value(Inventory.ValueEntry entry, JsonObject to) {
    to.addProperty("key", entry.key().name());
    to.addProperty("value", entry.value());
    to.addProperty("module", entry.source());
  }

  private static void finding(Inventory.Finding entry, JsonObject to) {
    to.addProperty("severity", entry.severity().name().toLowerCase(Locale.ROOT));
    to.addProperty("message", entry.message());
  }
}
