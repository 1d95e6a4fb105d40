package dev.mimic;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The candidates of one resolution, in order. Each is worked out only when it is come to, so that
 * nothing is derived in vain.
 */
final class Candidates implements Iterator<Candidate> {
  private final Resolution resolution;
  private final List<Sourced<Protocol<?>>> protocols;
  private final int end;
  private final Supplier<String> why;
  private final boolean mayNotDowngrade;
  private int next;
  private Optional<String> secureOne = Optional.empty();
  private boolean secureOneIsKnown; // it is looked for when first needed

  private Candidates(
      Resolution resolution,
      List<Sourced<Protocol<?>>> protocols,
      int end,
      Supplier<String> why,
      boolean mayNotDowngrade) {
    this.resolution = resolution;
    this.protocols = protocols;
    this.end = end;
    this.why = why;
    this.mayNotDowngrade = mayNotDowngrade;
  }

  /** Returns the one candidate of an address, or of a context with a scheme. */
  static Candidates ofScheme(Scheme scheme, Registry registry, Resolution resolution) {
    List<Sourced<Protocol<?>>> carriers = registry.protocols(scheme.carrier());
    int atMostOne = Math.min(1, carriers.size());
    return new Candidates(resolution, carriers, atMostOne, scheme::naming, false);
  }

  /** Returns the candidates of a context without a scheme. */
  static Candidates ofContext(Layers layers, Registry registry, Resolution resolution) {
    List<Sourced<Protocol<?>>> given = layers.protocolsWithEndpoint();
    return given.isEmpty()
        ? new Candidates(
            resolution,
            registry.protocols(),
            registry.protocols().size(),
            () -> "one of all protocols",
            true)
        : new Candidates(resolution, given, given.size(), () -> "its endpoint is given", false);
  }

  @Override
  public boolean hasNext() {
    return next < end;
  }

  @Override
  public Candidate next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Sourced<Protocol<?>> protocol = protocols.get(next++);
    Optional<String> insteadOf =
        mayNotDowngrade && !protocol.what().isSecure() ? secureOne() : Optional.empty();
    Outcome endpoint = insteadOf.isPresent() ? Outcome.Absent.UNTRIED : outcome(protocol);
    return new Candidate(protocol, why, endpoint, insteadOf);
  }

  /** Returns a secure protocol that could have been it: whose endpoint was had, or failed. */
  private Optional<String> secureOne() {
    if (!secureOneIsKnown) {
      secureOneIsKnown = true;
      secureOne =
          protocols.stream()
              .filter(each -> each.what().isSecure())
              .filter(each -> !(outcome(each) instanceof Outcome.Absent))
              .map(each -> each.what().name())
              .findFirst();
    }
    return secureOne;
  }

  private Outcome outcome(Sourced<Protocol<?>> protocol) {
    return resolution.outcome(protocol.what().endpointKey());
  }
}
