package dev.mimic;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a resolver, and its faults. Connects nothing and runs no derivation. Immutable.
 */
public final class Inventory {
  private final List<SchemeEntry> schemes;
  private final List<ProtocolEntry> protocols;
  private final List<ListeningEntry> listeningProtocols;
  private final List<DerivationEntry> derivations;
  private final List<ValueEntry> values;
  private final List<Finding> findings;

  Inventory(
      List<SchemeEntry> schemes,
      List<ProtocolEntry> protocols,
      List<ListeningEntry> listeningProtocols,
      List<DerivationEntry> derivations,
      List<ValueEntry> values,
      List<Finding> findings) {
    this.schemes = List.copyOf(schemes);
    this.protocols = List.copyOf(protocols);
    this.listeningProtocols = List.copyOf(listeningProtocols);
    this.derivations = List.copyOf(derivations);
    this.values = List.copyOf(values);
    this.findings = List.copyOf(findings);
  }

  /** Returns the schemes of addresses. */
  public List<SchemeEntry> schemes() {
    return schemes;
  }

  /**
   * Returns the protocols for connections, in the order in which a context without a scheme tries
   * them.
   */
  public List<ProtocolEntry> protocols() {
    return protocols;
  }

  /** Returns the protocols for listeners. */
  public List<ListeningEntry> listeningProtocols() {
    return listeningProtocols;
  }

  /** Returns the derivations, in the order in which they were registered. */
  public List<DerivationEntry> derivations() {
    return derivations;
  }

  /** Returns the keys with an explicit value. */
  public List<ValueEntry> values() {
    return values;
  }

  /** Returns what does not work, or only with values from the caller. */
  public List<Finding> findings() {
    return findings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Inventory that
        && schemes.equals(that.schemes)
        && protocols.equals(that.protocols)
        && listeningProtocols.equals(that.listeningProtocols)
        && derivations.equals(that.derivations)
        && values.equals(that.values)
        && findings.equals(that.findings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(schemes, protocols, listeningProtocols, derivations, values, findings);
  }

  @Override
  public String toString() {
    return "Inventory[schemes=%s, protocols=%s, listeningProtocols=%s, derivations=%s, values=%s, findings=%s]"
        .formatted(schemes, protocols, listeningProtocols, derivations, values, findings);
  }

  /** A scheme. */
  public static final class SchemeEntry {
    private final Scheme scheme;
    private final String source;

    SchemeEntry(Scheme scheme, String source) {
      this.scheme = scheme;
      this.source = source;
    }

    /** Returns the scheme. */
    public Scheme scheme() {
      return scheme;
    }

    /** Returns the name of the contributor. */
    public String source() {
      return source;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof SchemeEntry that
          && scheme.equals(that.scheme)
          && source.equals(that.source);
    }

    @Override
    public int hashCode() {
      return Objects.hash(scheme, source);
    }

    @Override
    public String toString() {
      return "SchemeEntry[scheme=%s, source=%s]".formatted(scheme, source);
    }
  }

  /** A protocol for connections. */
  public static final class ProtocolEntry {
    private final String name;
    private final Key<?> endpoint;
    private final boolean isSecure;
    private final int priority;
    private final String source;

    ProtocolEntry(String name, Key<?> endpoint, boolean isSecure, int priority, String source) {
      this.name = name;
      this.endpoint = endpoint;
      this.isSecure = isSecure;
      this.priority = priority;
      this.source = source;
    }

    /** Returns the name. */
    public String name() {
      return name;
    }

    /** Returns the key of the endpoint. */
    public Key<?> endpoint() {
      return endpoint;
    }

    /** Returns whether the protocol is secure. */
    public boolean isSecure() {
      return isSecure;
    }

    /** Returns the priority. */
    public int priority() {
      return priority;
    }

    /** Returns the name of the contributor. */
    public String source() {
      return source;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ProtocolEntry that
          && name.equals(that.name)
          && endpoint.equals(that.endpoint)
          && isSecure == that.isSecure
          && priority == that.priority
          && source.equals(that.source);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, endpoint, isSecure, priority, source);
    }

    @Override
    public String toString() {
      return "ProtocolEntry[name=%s, endpoint=%s, isSecure=%s, priority=%s, source=%s]"
          .formatted(name, endpoint, isSecure, priority, source);
    }
  }

  /** A protocol for listeners. */
  public static final class ListeningEntry {
    private final String name;
    private final Key<?> listenKey;
    private final String source;

    ListeningEntry(String name, Key<?> listenKey, String source) {
      this.name = name;
      this.listenKey = listenKey;
      this.source = source;
    }

    /** Returns the name. */
    public String name() {
      return name;
    }

    /** Returns the key of the endpoint to listen at. */
    public Key<?> listenKey() {
      return listenKey;
    }

    /** Returns the name of the contributor. */
    public String source() {
      return source;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ListeningEntry that
          && name.equals(that.name)
          && listenKey.equals(that.listenKey)
          && source.equals(that.source);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, listenKey, source);
    }

    @Override
    public String toString() {
      return "ListeningEntry[name=%s, listenKey=%s, source=%s]".formatted(name, listenKey, source);
    }
  }

  /** A derivation. */
  public static final class DerivationEntry {
    private final Key<?> key;
    private final List<Input<?>> inputs;
    private final int priority;
    private final String source;

    DerivationEntry(Key<?> key, List<Input<?>> inputs, int priority, String source) {
      this.key = key;
      this.inputs = List.copyOf(inputs);
      this.priority = priority;
      this.source = source;
    }

    /** Returns the key of the value. */
    public Key<?> key() {
      return key;
    }

    /** Returns the inputs, in order. */
    public List<Input<?>> inputs() {
      return inputs;
    }

    /** Returns the priority among the derivations of the key. */
    public int priority() {
      return priority;
    }

    /** Returns the name of the contributor. */
    public String source() {
      return source;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof DerivationEntry that
          && key.equals(that.key)
          && inputs.equals(that.inputs)
          && priority == that.priority
          && source.equals(that.source);
    }

    @Override
    public int hashCode() {
      return Objects.hash(key, inputs, priority, source);
    }

    @Override
    public String toString() {
      return "DerivationEntry[key=%s, inputs=%s, priority=%s, source=%s]"
          .formatted(key, inputs, priority, source);
    }
  }

  /** A key with an explicit value. */
  public static final class ValueEntry {
    private final Key<?> key;
    private final String value;
    private final String source;

    ValueEntry(Key<?> key, String value, String source) {
      this.key = key;
      this.value = value;
      this.source = source;
    }

    /** Returns the key. */
    public Key<?> key() {
      return key;
    }

    /** Returns the value as plans show it. */
    public String value() {
      return value;
    }

    /** Returns the name of the contributor. */
    public String source() {
      return source;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ValueEntry that
          && key.equals(that.key)
          && value.equals(that.value)
          && source.equals(that.source);
    }

    @Override
    public int hashCode() {
      return Objects.hash(key, value, source);
    }

    @Override
    public String toString() {
      return "ValueEntry[key=%s, value=%s, source=%s]".formatted(key, value, source);
    }
  }

  /** A fault, or something that needs the caller. */
  public static final class Finding {
    private final Severity severity;
    private final String message;

    Finding(Severity severity, String message) {
      this.severity = severity;
      this.message = message;
    }

    /** Returns whether it can work at all. */
    public Severity severity() {
      return severity;
    }

    /** Returns the finding, in one line. */
    public String message() {
      return message;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Finding that
          && severity.equals(that.severity)
          && message.equals(that.message);
    }

    @Override
    public int hashCode() {
      return Objects.hash(severity, message);
    }

    @Override
    public String toString() {
      return "Finding[severity=%s, message=%s]".formatted(severity, message);
    }
  }

  /** The severity of a {@link Finding}. */
  public enum Severity {
    /** It cannot work for any caller. */
    ERROR,
    /** It works only with values that the caller adds to the context. */
    NOTE
  }
}
