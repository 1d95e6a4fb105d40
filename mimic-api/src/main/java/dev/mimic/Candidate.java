package dev.mimic;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A protocol that a request considers, its endpoint, and its failed connections. */
final class Candidate {
  private final Registry.Contribution<Protocol<?>> protocol;
  private final Supplier<String> why;
  private final Outcome endpoint;
  private final Optional<String> insteadOf;
  private final List<Attempt> attempts = new ArrayList<>();

  /**
   * A connection that failed.
   *
   * @param description the layers of the connection
   */
  record Attempt(String description, Duration took, Exception cause) {

    /** Returns the message of the failure. */
    String message() {
      return Printed.message(cause);
    }
  }

  /**
   * Creates a candidate.
   *
   * @param why the reason why it is considered
   * @param insteadOf the secure protocol that this one, which is not secure, must not replace
   */
  Candidate(
      Registry.Contribution<Protocol<?>> protocol,
      Supplier<String> why,
      Outcome endpoint,
      Optional<String> insteadOf) {
    this.protocol = protocol;
    this.why = why;
    this.endpoint = endpoint;
    this.insteadOf = insteadOf;
  }

  /** Returns the protocol's name. */
  String name() {
    return protocol.what().name();
  }

  /** Returns the contributor of the protocol. */
  String source() {
    return protocol.source();
  }

  /** Returns the reason why it is considered. */
  String why() {
    return why.get();
  }

  /** Returns the secure protocol because of which this one is not tried. */
  Optional<String> insteadOf() {
    return insteadOf;
  }

  Key<?> endpointKey() {
    return protocol.what().endpointKey();
  }

  Outcome endpoint() {
    return endpoint;
  }

  /** Returns the endpoints to connect to, in order; none if the endpoint has no value. */
  List<?> endpoints() {
    return insteadOf.isPresent() ? List.of() : endpoint.found();
  }

  /** Connects to one of the endpoints. */
  Flow connect(Object endpointValue, Deadline deadline) throws IOException {
    return connect(protocol.what(), endpointValue, deadline);
  }

  @SuppressWarnings("unchecked") // an endpoint is kept under its protocol's own key
  private static <E> Flow connect(Protocol<E> protocol, Object endpoint, Deadline deadline)
      throws IOException {
    Flow flow = protocol.connect((E) endpoint, deadline);
    return requireNonNull(flow, () -> "protocol " + protocol.name() + " returned no flow");
  }

  /** Records that the connection to one of the endpoints failed. */
  void failed(Object endpointValue, Duration took, Exception cause) {
    attempts.add(new Attempt(describe(endpointValue), took, cause));
  }

  List<Attempt> attempts() {
    return attempts;
  }

  /** Returns the layers of a connection to this endpoint. */
  String describe(Object endpointValue) {
    return describe(protocol.what(), endpointValue);
  }

  @SuppressWarnings("unchecked") // an endpoint is kept under its protocol's own key
  private static <E> String describe(Protocol<E> protocol, Object endpoint) {
    return Printed.description(protocol.name(), () -> protocol.describe((E) endpoint));
  }
}
