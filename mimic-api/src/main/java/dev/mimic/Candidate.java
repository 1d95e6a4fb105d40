package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A protocol that is considered, and what is known of its endpoint.
 *
 * @param why why it is considered
 * @param insteadOf the secure protocol that could have been it, and that this one is therefore not
 *     tried instead of
 */
record Candidate(
    Sourced<Protocol<?>> protocol,
    Supplier<String> why,
    Outcome endpoint,
    Optional<String> insteadOf) {

  /** Returns the protocol's name. */
  String name() {
    return protocol.what().name();
  }

  Key<?> endpointKey() {
    return protocol.what().endpointKey();
  }

  /** Returns the endpoints to connect to, in order; none if there is nothing to be had. */
  List<?> endpoints() {
    return insteadOf.isPresent() ? List.of() : endpoint.found();
  }

  @SuppressWarnings("unchecked") // an endpoint is kept under its protocol's own key
  private static <E> Flow connect(Protocol<E> protocol, Object endpoint, Deadline deadline)
      throws IOException {
    Flow flow = protocol.connect((E) endpoint, deadline);
    return requireNonNull(flow, () -> "protocol " + protocol.name() + " returned no flow");
  }

  /** Connects to one of the endpoints. */
  Flow connect(Object endpointValue, Deadline deadline) throws IOException {
    return connect(protocol.what(), endpointValue, deadline);
  }

  /** Returns what a connection to this endpoint is made of. */
  String describe(Object endpointValue) {
    return describe(protocol.what(), endpointValue);
  }

  @SuppressWarnings("unchecked") // an endpoint is kept under its protocol's own key
  private static <E> String describe(Protocol<E> protocol, Object endpoint) {
    return Printed.description(protocol.name(), () -> protocol.describe((E) endpoint));
  }
}
