package dev.mimic;

import java.util.List;

/**
 * What a resolver was built with, and what is doubtful about it. Connects nothing and runs nothing.
 *
 * @param schemes what addresses may begin with
 * @param protocols what can be connected with, in the order of a context without a scheme
 * @param listeningProtocols what can be listened with
 * @param derivations the rules, as they were registered
 * @param values the keys that have an explicit value
 * @param findings what will not work, or not without the caller's help
 */
public record Inventory(
    List<SchemeEntry> schemes,
    List<ProtocolEntry> protocols,
    List<ListeningEntry> listeningProtocols,
    List<DerivationEntry> derivations,
    List<ValueEntry> values,
    List<Finding> findings) {

  /** Copies the lists. */
  public Inventory {
    schemes = List.copyOf(schemes);
    protocols = List.copyOf(protocols);
    listeningProtocols = List.copyOf(listeningProtocols);
    derivations = List.copyOf(derivations);
    values = List.copyOf(values);
    findings = List.copyOf(findings);
  }

  /**
   * A scheme.
   *
   * @param scheme the scheme
   * @param source who contributed it
   */
  public record SchemeEntry(Scheme scheme, String source) {}

  /**
   * A protocol.
   *
   * @param name its name
   * @param endpoint the key of its endpoint
   * @param isSecure whether it is secure
   * @param priority its place
   * @param source who contributed it
   */
  public record ProtocolEntry(
      String name, Key<?> endpoint, boolean isSecure, int priority, String source) {}

  /**
   * A listening protocol.
   *
   * @param name its name
   * @param listenKey the key of where it listens
   * @param source who contributed it
   */
  public record ListeningEntry(String name, Key<?> listenKey, String source) {}

  /**
   * A derivation.
   *
   * @param key the key that it makes a value for
   * @param inputs its inputs, in order
   * @param priority its place among those of its key
   * @param source who contributed it
   */
  public record DerivationEntry(Key<?> key, List<Input<?>> inputs, int priority, String source) {
    /** Copies the list. */
    public DerivationEntry {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * A key with an explicit value.
   *
   * @param key the key
   * @param value how plans show the value
   * @param source who contributed it
   */
  public record ValueEntry(Key<?> key, String value, String source) {}

  /**
   * Something doubtful.
   *
   * @param severity whether it can work at all
   * @param message what it is, in one line
   */
  public record Finding(Severity severity, String message) {}

  /** How bad a {@link Finding} is. */
  public enum Severity {
    /** It cannot work, whatever the caller does. */
    ERROR,
    /** It works only with what a caller puts into the context. */
    NOTE
  }
}
