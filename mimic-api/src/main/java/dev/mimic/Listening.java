package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;

/** One resolution that listens. */
final class Listening {
  private final Request request;
  private final PlanTree tree;

  Listening(Request request) {
    this.request = request;
    this.tree = new PlanTree(request);
  }

  FlowListener run() throws IOException {
    Scheme scheme = request.scheme().orElseThrow(() -> cannot("it has no scheme"));
    Key<?> key =
        scheme
            .listenCarrier()
            .orElseThrow(() -> cannot("one can only connect to \"%s\"".formatted(scheme.name())));
    Sourced<ListeningProtocol<?>> protocol =
        request
            .registry()
            .listeningProtocol(key)
            .orElseThrow(() -> cannot("no protocol here listens by \"%s\"".formatted(key)));
    Outcome outcome = request.resolution().outcome(key);
    tree.listening(protocol, scheme.naming());
    return listen(protocol.what(), place(key, outcome));
  }

  private Object place(Key<?> key, Outcome outcome) throws ResolutionException {
    if (outcome.found().size() > 1) {
      throw cannot("%s has several candidates, and one can be listened on".formatted(key));
    }
    return outcome.found().stream()
        .findFirst()
        .orElseThrow(() -> cannot(new Reasons(request).why(key, outcome)));
  }

  @SuppressWarnings("unchecked") // the place is kept under the protocol's own key
  private <L> FlowListener listen(ListeningProtocol<L> protocol, Object place) throws IOException {
    Interrupts.check(null);
    try {
      FlowListener listener = protocol.listen((L) place);
      return requireNonNull(
          listener, () -> "protocol " + protocol.name() + " returned no listener");
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw e;
    } catch (IOException | RuntimeException e) {
      Interrupts.check(e);
      throw cannot(Printed.message(e), List.of(e));
    }
  }

  private ResolutionException cannot(String why) {
    return cannot(why, List.of());
  }

  private ResolutionException cannot(String why, List<? extends Exception> causes) {
    return request.failure(
        "cannot listen on %s: %s".formatted(request.asked(), why), tree.print(), causes);
  }
}
