package dev.mimic;

import static java.util.Objects.requireNonNull;

import dev.mimic.Registry.Contribution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/** The inventory of a registry: its contents and its faults, found without running anything. */
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
    for (Contribution<Derivation<?>> each : registry.derivations()) {
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

  private static Inventory.ProtocolEntry protocolEntry(Contribution<Protocol<?>> each) {
    Protocol<?> protocol = each.what();
    return new Inventory.ProtocolEntry(
        protocol.name(),
        protocol.endpointKey(),
        protocol.isSecure(),
        protocol.priority(),
        each.source());
  }

  private static Inventory.DerivationEntry derivationEntry(Contribution<Derivation<?>> each) {
    Derivation<?> derivation = each.what();
    return new Inventory.DerivationEntry(
        derivation.key(), derivation.inputs(), derivation.priority(), each.source());
  }

  private Inventory.ValueEntry valueEntry(Key<?> key) {
    String value =
        registry.isEndpoint(key)
            ? "an endpoint"
            : Printed.values(requireNonNull(registry.base().explicit(key)));
    return new Inventory.ValueEntry(key, value, registry.sourceOf(key));
  }

  /**
   * Finds the keys that can have a value for an address with all parts. Each key that becomes
   * available can complete the derivations that wait for it.
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
      if (input.defaultArgument(false) == null) {
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

  /** Returns the keys that this one needs and that have no value or derivation. */
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

  /**
   * Walks from each key to its inputs, depth first, and reports each cycle. Parts of addresses are
   * skipped, since an address ends such a cycle.
   */
  private void findCycles() {
    Set<Key<?>> done = new HashSet<>(GIVEN_BY_ADDRESSES);
    for (Key<?> start : rules.keySet()) {
      SequencedMap<Key<?>, Iterator<Key<?>>> way = new LinkedHashMap<>();
      visit(start, way, done);
      while (!way.isEmpty()) {
        Map.Entry<Key<?>, Iterator<Key<?>>> last = way.lastEntry();
        if (last.getValue().hasNext()) {
          visit(last.getValue().next(), way, done);
        } else {
          way.pollLastEntry();
        }
      }
    }
  }

  /** Visits a key that was not visited before. A key on the current path closes a cycle. */
  private void visit(Key<?> key, SequencedMap<Key<?>, Iterator<Key<?>>> way, Set<Key<?>> done) {
    if (way.containsKey(key)) {
      List<Key<?>> keys = List.copyOf(way.keySet());
      note(
          "derivations in a cycle, unless the caller gives one of the keys: "
              + Printed.path(
                  Stream.concat(
                          keys.subList(keys.indexOf(key), keys.size()).stream(), Stream.of(key))
                      .map(Key::name)
                      .toList()));
    } else if (done.add(key)) {
      way.putLast(key, inputs(key));
    }
  }

  private Iterator<Key<?>> inputs(Key<?> key) {
    Set<Key<?>> inputs = new LinkedHashSet<>();
    for (Derivation<?> rule : rules.getOrDefault(key, List.of())) {
      rule.inputs().forEach(input -> inputs.add(input.key()));
    }
    return inputs.iterator();
  }

  private void error(String message) {
    findings.add(new Inventory.Finding(Inventory.Severity.ERROR, message));
  }

  private void note(String message) {
    findings.add(new Inventory.Finding(Inventory.Severity.NOTE, message));
  }
}
