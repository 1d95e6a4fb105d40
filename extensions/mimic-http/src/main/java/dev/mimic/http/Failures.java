package dev.mimic.http;

import com.google.common.base.Throwables;
import dev.mimic.PeerGoneException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
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
   * @param endPoint the connection's
   */
  static IOException unwrapped(String what, @Nullable Throwable byJetty, FlowEndPoint endPoint) {
    if (byJetty != null && !endPoint.isAtEnd() && isNoHttp(byJetty)) {
      return new IOException(
          "%s: what came is no HTTP%s".formatted(what, reason(byJetty)), byJetty);
    }
    IOException ofFlow = endPoint.failure();
    if (ofFlow != null && !(ofFlow instanceof ClosedChannelException)) {
      return ofFlow instanceof PeerGoneException
          ? new PeerGoneException("%s: %s".formatted(what, ofFlow.getMessage()), ofFlow)
          : ofFlow;
    }
    return new PeerGoneException(
        "%s: the peer has ended it before it was complete".formatted(what), byJetty);
  }

  private static boolean isNoHttp(Throwable byJetty) {
    return !(byJetty instanceof EOFException) && byJetty instanceof HttpException;
  }

  /** Returns why, without the names of Jetty's classes. */
  private static String reason(Throwable byJetty) {
    return Throwables.getCausalChain(byJetty).stream()
        .filter(HttpException.class::isInstance)
        .map(each -> ((HttpException) each).getReason())
        .filter(Objects::nonNull)
        .findFirst()
        .map(reason -> ": " + reason)
        .orElse("");
  }
}
