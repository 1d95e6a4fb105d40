package dev.mimic;

import java.io.IOException;
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
    if (outcome.found().isEmpty()) {
      throw cannot(new Reasons(request).why(key, outcome));
    }
    return listen(protocol.what(), outcome.found().getFirst());
  }

  @SuppressWarnings("unchecked") // the place is kept under the protocol's own key
  private <L> FlowListener listen(ListeningProtocol<L> protocol, Object place)
      throws ResolutionException {
    try {
      return protocol.listen((L) place);
    } catch (IOException | RuntimeException e) {
      throw cannot(Printed.message(e), List.of(e));
    }
  }

  private ResolutionException cannot(String why) {
    return cannot(why, List.of());
  }

  private ResolutionException cannot(String why, List<? extends Exception> causes) {
    return new ResolutionException(
        "cannot listen on %s: %s".formatted(request.asked(), why), tree.print(), causes);
  }
}
