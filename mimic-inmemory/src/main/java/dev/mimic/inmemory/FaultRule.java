package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A rule of {@link Faults}, which can be narrowed to a host, a direction, a port or a connection.
 * Immutable; each narrowing returns a new rule. Thread-safe.
 *
 * <pre>{@code
 * Faults.resetAfter(1024).from("api").port(443).times(1)
 * }</pre>
 */
public final class FaultRule implements Rule {
  private final String text;
  private final Rule rule;

  FaultRule(String text, Rule rule) {
    this.text = text;
    this.rule = rule;
  }

  /** Narrows this rule to what this host sends. */
  public FaultRule from(String host) {
    String name = Names.lower(host);
    return when(" from " + name, transfer -> transfer.isFrom(name));
  }

  /** Narrows this rule to what this host receives. */
  public FaultRule to(String host) {
    String name = Names.lower(host);
    return when(" to " + name, transfer -> transfer.isTo(name));
  }

  /** Narrows this rule to connections between these hosts, in both directions. */
  public FaultRule between(String one, String other) {
    String first = Names.lower(one);
    String second = Names.lower(other);
    return when(
        " between %s and %s".formatted(first, second),
        transfer ->
            (transfer.isFrom(first) && transfer.isTo(second))
                || (transfer.isFrom(second) && transfer.isTo(first)));
  }

  /** Narrows this rule to connections of this host, in both directions. */
  public FaultRule of(String host) {
    String name = Names.lower(host);
    return when(" of " + name, transfer -> transfer.isFrom(name) || transfer.isTo(name));
  }

  /** Narrows this rule to connections to this port. */
  public FaultRule port(int port) {
    return when(" on port " + port, transfer -> transfer.port() == port);
  }

  /** Narrows this rule to the connection of this {@link Transfer#connection number}. */
  public FaultRule connection(long number) {
    return when(" of connection " + number, transfer -> transfer.connection() == number);
  }

  /** Narrows this rule to the transfers that a condition accepts. */
  public FaultRule when(Predicate<Transfer> condition) {
    return when(" where a condition holds", requireNonNull(condition, "condition"));
  }

  private FaultRule when(String suffix, Predicate<Transfer> condition) {
    return new FaultRule(
        text + suffix,
        transfer -> condition.test(transfer) ? rule.decide(transfer) : Decision.pass());
  }

  /**
   * Limits this rule to a number of decisions that do not pass. A reset, an end or a refusal counts
   * as one. What is held counts each time the rules change.
   */
  public FaultRule times(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count (%d) must be positive".formatted(count));
    }
    AtomicInteger left = new AtomicInteger(count);
    return new FaultRule(
        "%s, %s".formatted(text, count == 1 ? "once" : count + " times"),
        transfer -> {
          if (left.get() <= 0) {
            return Decision.pass();
          }
          Decision decision = rule.decide(transfer);
          return decision.passes() || left.getAndDecrement() > 0 ? decision : Decision.pass();
        });
  }

  /** Limits this rule to one decision that does not pass. */
  public FaultRule once() {
    return times(1);
  }

  @Override
  public Decision decide(Transfer transfer) {
    return rule.decide(transfer);
  }

  /**
   * Returns the fault and what it is narrowed to, such as {@code reset after 10 bytes from api}.
   */
  @Override
  public String toString() {
    return text;
  }
}
