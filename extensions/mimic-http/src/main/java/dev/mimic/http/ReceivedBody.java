package dev.mimic.http;

import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeoutException;

/** What becomes of a request's body at a server; Jetty has the time limits, and the end. */
record ReceivedBody(FlowEndPoint endPoint) implements BodyStream.Owner {
  @Override
  public IOException failure(Throwable byJetty) {
    return byJetty instanceof TimeoutException
        ? (IOException)
            new SocketTimeoutException("the client has sent no more of its request")
                .initCause(byJetty)
        : Failures.unwrapped("the request's body", byJetty, endPoint);
  }

  @Override
  public TimeSource.Timer patience() {
    return () -> {};
  }

  @Override
  public IOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return (IOException) new ClosedByInterruptException().initCause(cause);
  }

  @Override
  public void ended() {}

  /** Does nothing: what was not read is dropped when the response is sent. */
  @Override
  public void abandon() {}
}
