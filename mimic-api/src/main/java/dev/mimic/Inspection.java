package dev.mimic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the inventory of a registry, and finds what cannot work, without running anything. */
final class Inspection {
  private static final Set<Key<?>> GIVEN_BY_ADDRESSES =
      Set.of(
          Address.TEXT,
          Address.SCHEME,
          Address.USER,
          Address.PASSWORD,
          Address.HOST,
          Address.PORT,
          Address.PATH,
          Address.QUERY);

  private final Registry registry;
  private final Map<Key<?>, List<Derivation<?>>> rules = new LinkedHashMap<>();
  private final Set<Key<?>> available = new HashSet<>(GIVEN_BY_ADDRESSES);
  private final List<Inventory.Finding> findings = new ArrayList<>();

  Inspection(Registry registry) {
    this.registry = registry;
    available.addAll(registry.valueKeys());
    for (Sourced<Derivation<?>> each : registry.derivations()) {
      if (!registry.valueKeys().contains(each.what().key())) {
        rules.computeIfAbsent(each.what().key(), key -> new ArrayList<>()).add(each.what());
      }
    }
  }

  Inventory inventory() {
    findAvailable();
    registry.schemes().forEach(each -> check(each.what()));
    findCycles();
    return new Inventory(
        registry.schemes().stream()
            .map(each -> new Inventory.SchemeEntry(each.what(), each.source()))
            .toList(),
        registry.protocols().stream().map(Inspection::protocolEntry).toList(),
        registry.listeningProtocols().stream()
            .map(
                each ->
                    new Inventory.ListeningEntry(
                        each.what().name(), each.what().listenKey(), each.source()))
            .toList(),
        registry.derivations().stream().map(Inspection::derivationEntry).toList(),
        registry.valueKeys().stream().map(this::valueEntry).toList(),
        findings);
  }

  private static Inventory.ProtocolEntry protocolEntry(Sourced<Protocol<?>> each) {
    Protocol<?> protocol = each.what();
    return new Inventory.ProtocolEntry(
        protocol.name(),
        protocol.endpointKey(),
        protocol.isSecure(),
        protocol.priority(),
        each.source());
  }

  private static Inventory.DerivationEntry derivationEntry(Sourced<Derivation<?>> each) {
    Derivation<?> derivation = each.what();
    return new Inventory.DerivationEntry(
        derivation.key(), derivation.inputs(), derivation.priority(), each.source());
  }

  private Inventory.ValueEntry valueEntry(Key<?> key) {
    String value =
        registry.protocols(key).isEmpty()
            ? Printed.values(key, registry.base().candidates(key))
            : "an endpoint";
    return new Inventory.ValueEntry(key, value, registry.sourceOf(key));
  }

  /**
   * Finds the keys that a value can be had for, with an address that says all that one can say:
   * each key that becomes available may complete the rules that wait for it.
   */
  private void findAvailable() {
    Map<Key<?>, List<Derivation<?>>> waiting = new HashMap<>();
    Map<Derivation<?>, Integer> lacking = new HashMap<>();
    Deque<Key<?>> news = new ArrayDeque<>(available);
    for (List<Derivation<?>> ofKey : rules.values()) {
      for (Derivation<?> rule : ofKey) {
        Set<Key<?>> needed = requiredBy(rule);
        lacking.put(rule, needed.size());
        needed.forEach(key -> waiting.computeIfAbsent(key, k -> new ArrayList<>()).add(rule));
        if (needed.isEmpty() && available.add(rule.key())) {
          news.add(rule.key());
        }
      }
    }
    while (!news.isEmpty()) {
      for (Derivation<?> rule : waiting.getOrDefault(news.removeFirst(), List.of())) {
        if (lacking.merge(rule, -1, Integer::sum) == 0 && available.add(rule.key())) {
          news.add(rule.key());
        }
      }
    }
  }

  private static Set<Key<?>> requiredBy(Derivation<?> rule) {
    Set<Key<?>> needed = new LinkedHashSet<>();
    for (Input<?> input : rule.inputs()) {
      if (input.absent(false).isEmpty()) {
        needed.add(input.key());
      }
    }
    return needed;
  }

  private void check(Scheme scheme) {
    String name = "scheme \"%s\": ".formatted(scheme.name());
    if (registry.protocols(scheme.carrier()).isEmpty()) {
      error(name + "no protocol has the endpoint \"%s\"".formatted(scheme.carrier()));
    } else if (!available.contains(scheme.carrier())) {
      note(name + "works only if the caller gives " + lackingFor(scheme.carrier()));
    }
    scheme
        .listenCarrier()
        .filter(key -> registry.listeningProtocol(key).isEmpty())
        .ifPresent(key -> error(name + "no protocol listens by \"%s\"".formatted(key)));
    scheme
        .listenCarrier()
        .filter(key -> registry.listeningProtocol(key).isPresent() && !available.contains(key))
        .ifPresent(key -> note(name + "listens only if the caller gives " + lackingFor(key)));
  }

  /** Returns the keys that nothing here gives, and without which there is no value for this one. */
  private String lackingFor(Key<?> start) {
    Set<String> lacking = new LinkedHashSet<>();
    Set<Key<?>> seen = new HashSet<>();
    Deque<Key<?>> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      Key<?> key = open.removeFirst();
      if (!available.contains(key) && seen.add(key)) {
        List<Derivation<?>> ofKey = rules.getOrDefault(key, List.of());
        if (ofKey.isEmpty()) {
          lacking.add("\"" + key + "\"");
        }
        ofKey.forEach(rule -> open.addAll(requiredBy(rule)));
      }
    }
    return lacking.isEmpty() ? "\"" + start + "\"" : String.join(", ", lacking);
  }

  private void findCycles() {
    Set<Key<?>> reported = new HashSet<>();
    for (Key<?> key : rules.keySet()) {
      if (!reported.contains(key)) {
        List<Key<?>> cycle = cycleThrough(key);
        if (!cycle.isEmpty()) {
          reported.addAll(cycle);
          error("derivations in a cycle: " + arrows(cycle) + " -> " + key);
        }
      }
    }
  }

  private static String arrows(List<Key<?>> keys) {
    return String.join(" -> ", keys.stream().map(Key::name).toList());
  }

  /** Returns the shortest way from the key to itself, its end left out; empty if there is none. */
  private List<Key<?>> cycleThrough(Key<?> start) {
    Map<Key<?>, Key<?>> cameFrom = new HashMap<>();
    Deque<Key<?>> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      Key<?> key = open.removeFirst();
      for (Derivation<?> rule : rules.getOrDefault(key, List.of())) {
        for (Input<?> input : rule.inputs()) {
          if (input.key() == start) {
            return wayTo(key, start, cameFrom);
          }
          if (rules.containsKey(input.key()) && cameFrom.putIfAbsent(input.key(), key) == null) {
            open.add(input.key());
          }
        }
      }
    }
    return List.of();
  }

  private static List<Key<?>> wayTo(Key<?> end, Key<?> start, Map<Key<?>, Key<?>> cameFrom) {
    List<Key<?>> way = new ArrayList<>();
    for (Key<?> key = end; key != start; key = cameFrom.get(key)) {
      way.add(key);
    }
    way.add(start);
    Collections.reverse(way);
    return way;
  }

  private void error(String message) {
    findings.add(new Inventory.Finding(Inventory.Severity.ERROR, message));
  }

  private void note(String message) {
    findings.add(new Inventory.Finding(Inventory.Severity.NOTE, message));
  }
}
