package dev.mimic;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One resolution that listens. */
final class Listening {
  private final Request request;
  private final Story story;

  Listening(Request request) {
    this.request = request;
    this.story = new Story(request);
  }

  FlowListener run() throws IOException {
    Scheme scheme = request.scheme().orElseThrow(() -> cannot("it has no scheme"));
    Key<?> key =
        scheme
            .listenCarrier()
            .orElseThrow(() -> cannot("one can only connect to \"%s\"".formatted(scheme.name())));
    Optional<Sourced<ListeningProtocol<?>>> protocol = request.registry().listeningProtocol(key);
    return listen(
        protocol
            .orElseThrow(() -> cannot("no protocol here listens by \"%s\"".formatted(key)))
            .what());
  }

  private <L> FlowListener listen(ListeningProtocol<L> protocol) throws ResolutionException {
    Key<L> key = protocol.listenKey();
    Outcome outcome = request.resolution().outcome(key);
    if (outcome.found().isEmpty()) {
      throw cannot(new Reasons(request).why(key, outcome));
    }
    @SuppressWarnings("unchecked") // kept under the protocol's own key
    L place = (L) outcome.found().getFirst();
    try {
      return protocol.listen(place);
    } catch (IOException | RuntimeException e) {
      throw story.cannotListen(Printed.message(e), List.of(e));
    }
  }

  private ResolutionException cannot(String why) {
    return story.cannotListen(why, List.of());
  }
}
