package dev.mimic;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.MessageText;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A single request to a resolver, by an address or by a context: to connect, to listen, to plan, or
 * for a value. Used once, by one thread.
 */
final class Request {
  private final Registry registry;
  private final AddressParser parser;
  private final Layers layers;
  private final boolean isAddress;
  private final Supplier<String> asked;
  private final Resolution resolution;
  private final List<Candidate> considered = new ArrayList<>();
  private @Nullable Secrets secrets; // made only for a request that is printed

  private Request(
      Registry registry,
      AddressParser parser,
      Layers layers,
      boolean isAddress,
      Supplier<String> asked) {
    this.registry = registry;
    this.parser = parser;
    this.layers = layers;
    this.isAddress = isAddress;
    this.asked = asked;
    this.resolution = new Resolution(layers);
  }

  static Request ofAddress(
      Registry registry, AddressParser parser, String address, Context parsed, Context extra) {
    Layers layers = Layers.of(registry, parsed, extra);
    return new Request(registry, parser, layers, true, () -> parser.shown(address, parsed));
  }

  static Request ofContext(Registry registry, AddressParser parser, Context context) {
    Layers layers = Layers.of(registry, context);
    return new Request(registry, parser, layers, false, () -> described(registry, context));
  }

  /** Returns the context's values, except those that only their protocol may show. */
  private static String described(Registry registry, Context context) {
    String values =
        context.values().stream()
            .map(
                each ->
                    registry.isEndpoint(each.key())
                        ? each.key().name()
                        : each.key() + " = " + Printed.values(each))
            .collect(joining(", "));
    return "a context of " + (values.isEmpty() ? "nothing" : values);
  }

  /**
   * Connects to each endpoint of each candidate in turn, until one succeeds. A connection that
   * fails is recorded; an interrupt or the deadline ends the request.
   */
  Flow connect(Deadline deadline, Duration timeout) throws IOException {
    Iterator<Candidate> candidates = candidates();
    while (candidates.hasNext()) {
      Candidate candidate = candidates.next();
      considered.add(candidate);
      for (Object endpoint : candidate.endpoints()) {
        long began = checkTime(deadline, timeout, null);
        Flow flow = attempt(candidate, endpoint, began, deadline, timeout);
        if (flow != null) {
          return flow;
        }
      }
    }
    checkTime(deadline, timeout, null);
    PlanPrinter printer = new PlanPrinter(this);
    throw failure(
        "cannot connect to %s: %s".formatted(asked(), printer.whyNotConnected(considered)),
        printer.connecting(considered),
        causes());
  }

  /** Connects, or records the failure and returns null. */
  private @Nullable Flow attempt(
      Candidate candidate, Object endpoint, long began, Deadline deadline, Duration timeout)
      throws IOException {
    try {
      Flow flow = candidate.connect(endpoint, deadline);
      if (!deadline.remaining().isZero()) {
        return flow;
      }
      closeLate(flow);
      throw new SocketTimeoutException("the flow was returned too late");
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw e;
    } catch (IOException | RuntimeException e) {
      Duration took = Duration.ofNanos(deadline.timeSource().nanoTime() - began);
      candidate.failed(endpoint, took, e);
      checkTime(deadline, timeout, e);
      return null;
    }
  }

  /**
   * Ends the request if the thread was interrupted or the deadline has passed; returns the time.
   */
  private long checkTime(Deadline deadline, Duration timeout, @Nullable Exception because)
      throws IOException {
    requireNotInterrupted(because);
    if (deadline.remaining().isZero()) {
      throw timeout(timeout);
    }
    return deadline.timeSource().nanoTime();
  }

  /** Throws if the thread is interrupted, with a failure that the interrupt may have caused. */
  private static void requireNotInterrupted(@Nullable Exception because)
      throws ClosedByInterruptException {
    if (Thread.currentThread().isInterrupted()) {
      ClosedByInterruptException interrupt = new ClosedByInterruptException();
      if (because != null) {
        interrupt.addSuppressed(because);
      }
      throw interrupt;
    }
  }

  private ResolutionTimeoutException timeout(Duration timeout) {
    PlanPrinter printer = new PlanPrinter(this);
    String attempts = printer.attempts(considered);
    String message =
        "cannot connect to %s within %s".formatted(asked(), MessageText.of(timeout))
            + (attempts.isEmpty() ? "" : ": " + attempts);
    return new ResolutionTimeoutException(
        secrets().hideIn(message),
        printer.connecting(considered),
        causes().stream().map(secrets()::withhold).toList());
  }

  /** Returns the causes of the failures, in order; several candidates may share one. */
  private List<Exception> causes() {
    Set<Exception> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Exception> causes = new ArrayList<>();
    for (Candidate each : considered) {
      if (each.endpoint() instanceof Outcome.Failed failed) {
        causes.add(failed.failure().cause());
      }
    }
    considered.forEach(each -> each.attempts().forEach(attempt -> causes.add(attempt.cause())));
    return causes.stream().filter(seen::add).toList();
  }

  /** Listens on the one place that the scheme's listening protocol is given. */
  FlowListener listen(Deadline deadline, Duration timeout) throws IOException {
    PlanPrinter printer = new PlanPrinter(this);
    Scheme scheme = scheme().orElseThrow(() -> cannotListen(printer, "it has no scheme"));
    String name = scheme.name();
    Key<?> key =
        scheme
            .listenCarrier()
            .orElseThrow(
                () -> cannotListen(printer, "one can only connect to \"%s\"".formatted(name)));
    Registry.Contribution<ListeningProtocol<?>> protocol =
        registry
            .listeningProtocol(key)
            .orElseThrow(
                () -> cannotListen(printer, "no protocol here listens by \"%s\"".formatted(key)));
    Outcome outcome = resolution.outcome(key);
    printer.listening(protocol, scheme.naming(), outcome);
    if (outcome.found().isEmpty()) {
      throw cannotListen(printer, printer.whyNoValue(key, outcome));
    }
    if (outcome.found().size() > 1) {
      throw cannotListen(
          printer, "%s has several candidates, and one can be listened on".formatted(key));
    }
    Object place = outcome.found().getFirst();
    return listen(protocol.what(), place, printer, deadline, timeout);
  }

  @SuppressWarnings("unchecked") // the place is kept under the protocol's own key
  private <L> FlowListener listen(
      ListeningProtocol<L> protocol,
      Object place,
      PlanPrinter printer,
      Deadline deadline,
      Duration timeout)
      throws IOException {
    requireNotInterrupted(null);
    try {
      FlowListener listener =
          requireNonNull(
              protocol.listen((L) place, deadline),
              () -> "protocol " + protocol.name() + " returned no listener");
      if (!deadline.remaining().isZero()) {
        return listener;
      }
      closeLate(listener);
      throw new SocketTimeoutException("the listener was returned too late");
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw e;
    } catch (IOException | RuntimeException e) {
      requireNotInterrupted(e);
      throw deadline.remaining().isZero()
          ? listenTimeout(printer, timeout, e)
          : cannotListen(printer, Printed.message(e), e);
    }
  }

  private ResolutionTimeoutException listenTimeout(
      PlanPrinter printer, Duration timeout, Exception cause) {
    String message =
        "cannot listen on %s within %s: %s"
            .formatted(asked(), MessageText.of(timeout), Printed.message(cause));
    return new ResolutionTimeoutException(
        secrets().hideIn(message), printer.print(), List.of(secrets().withhold(cause)));
  }

  /** Closes what a protocol of others returned after the deadline. */
  private static void closeLate(Closeable late) {
    try {
      late.close();
    } catch (IOException | RuntimeException e) {
      // The timeout is reported; the caller never saw what failed to close.
    }
  }

  private ResolutionException cannotListen(PlanPrinter printer, String why, Exception... causes) {
    return failure(
        "cannot listen on %s: %s".formatted(asked(), why), printer.print(), List.of(causes));
  }

  /** Returns the plan to connect. */
  Plan plan() {
    try {
      candidates().forEachRemaining(considered::add);
    } catch (UnknownSchemeException e) {
      return Plan.ofProblem(asked(), Printed.message(e));
    }
    return new PlanPrinter(this).plan(considered);
  }

  /** Returns the value of the key, the first if there are several. */
  Object value(Key<?> key) throws ResolutionException {
    Outcome outcome = resolution.outcome(key);
    if (!outcome.found().isEmpty()) {
      return outcome.found().getFirst();
    }
    PlanPrinter printer = new PlanPrinter(this);
    throw failure(
        "%s has no value: %s".formatted(key, printer.whyNoValue(key, outcome)),
        printer.value(key, outcome),
        outcome instanceof Outcome.Failed failed ? List.of(failed.failure().cause()) : List.of());
  }

  private Iterator<Candidate> candidates() throws UnknownSchemeException {
    scheme();
    return resolution.candidates();
  }

  /** Returns the scheme of the request, if it has one. */
  private Optional<Scheme> scheme() throws UnknownSchemeException {
    Optional<String> name = layers.schemeName();
    if (layers.scheme().isEmpty() && name.isPresent()) {
      throw parser.unknown(name.get());
    }
    return layers.scheme();
  }

  /** Returns the failure of this request, without secrets. */
  private ResolutionException failure(
      String message, String tree, List<? extends Exception> causes) {
    return new ResolutionException(
        secrets().hideIn(message), tree, causes.stream().map(secrets()::withhold).toList());
  }

  /** Returns whether the request is for an address, and not for a context. */
  boolean isAddress() {
    return isAddress;
  }

  /** Returns the address or the values of the context, without secrets. */
  String asked() {
    return secrets().hideIn(asked.get());
  }

  /** Returns the secrets of the request, which nothing that is printed about it may repeat. */
  Secrets secrets() {
    Secrets known = secrets;
    if (known == null) {
      List<String> texts = layers.secrets();
      layers.addressText().ifPresent(text -> texts.addAll(parser.secrets(text)));
      known = Secrets.ofRequest(texts);
      secrets = known;
    }
    return known;
  }

  Layers layers() {
    return layers;
  }

  Registry registry() {
    return registry;
  }

  Resolution resolution() {
    return resolution;
  }
}
