package dev.mimic.http;

import dev.mimic.PeerGoneException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** What callers are told of a failure that came through Jetty. */
final class Failures {
  private Failures() {}

  /**
   * Returns the failure of a connection.
   *
   * @param what what was being done, to begin the message with
   * @param byJetty what Jetty says
   * @param ofFlow what the flow said, if it did
   */
  static IOException unwrapped(
      String what, @Nullable Throwable byJetty, @Nullable IOException ofFlow) {
    if (!(byJetty instanceof EOFException)
        && (byJetty instanceof HttpResponseException || byJetty instanceof HttpException)) {
      return new IOException(
          "%s: what came is no HTTP: %s".formatted(what, byJetty.getMessage()), byJetty);
    }
    if (ofFlow != null && !(ofFlow instanceof ClosedChannelException)) {
      return ofFlow instanceof PeerGoneException
          ? new PeerGoneException("%s: %s".formatted(what, ofFlow.getMessage()), ofFlow)
          : ofFlow;
    }
    return new PeerGoneException(
        "%s: the peer has ended it before it was complete".formatted(what), byJetty);
  }
}
