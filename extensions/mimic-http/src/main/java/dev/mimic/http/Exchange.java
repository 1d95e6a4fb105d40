package dev.mimic.http;

import dev.mimic.Deadline;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * One request on one connection, and its response; gives the connection back when both are over.
 */
final class Exchange
    implements Response.ContentSourceListener, Response.CompleteListener, BodyStream.Owner {
  private static final Duration AFTERMATH = Duration.ofMillis(200);
  private static final int MULTIPLE_CHOICES = 300; // and over: redirections, and refusals

  private final HttpRequest request;
  private final Connections.Lease lease;
  private final Connections connections;
  private final TimeSource time;
  private final Duration patience;
  private final Request sent;
  private final SentBody body;
  private final CompletableFuture<HttpResponse> head = new CompletableFuture<>();
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile boolean begun;
  private volatile boolean begunByJetty;
  private volatile int status;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<@Nullable IOException> reason = new AtomicReference<>();

  Exchange(
      HttpRequest request,
      Connections.Lease lease,
      Connections connections,
      ClientEngine engine,
      TimeSource time,
      Duration patience) {
    this.request = request;
    this.lease = lease;
    this.connections = connections;
    this.time = time;
    this.patience = patience;
    this.sent = engine.jetty().newRequest(request.uri()).method(request.method());
    this.body = new SentBody(request.body(), this);
    sent.headers(
        fields -> {
          for (Map.Entry<String, String> field : request.headers().fields()) {
            fields.add(field.getKey(), field.getValue());
          }
          if (isChunked()) {
            fields.put("Transfer-Encoding", "chunked"); // Jetty knows not of every method
          }
        });
    sent.version(
        lease.connection().version() == HttpVersion.HTTP_2
            ? org.eclipse.jetty.http.HttpVersion.HTTP_2
            : org.eclipse.jetty.http.HttpVersion.HTTP_1_1);
    sent.onRequestBegin(any -> begunByJetty = true);
    body.content().ifPresent(sent::body);
    body.start(engine.workers());
  }

  private boolean isChunked() {
    return lease.connection().version() == HttpVersion.HTTP_1_1
        && request.body().length().isEmpty()
        && !request.headers().has("Content-Length");
  }

  /** Sends the request, and returns the response as soon as its head is here. */
  HttpResponse run(Deadline deadline) throws IOException {
    TimeSource.Timer timer =
        time.schedule(deadline.remaining(), () -> end(late("has not answered")));
    try {
      begin();
      return head.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      timer.cancel();
    }
  }

  private void begin() {
    lease.connection().jetty().send(sent, this);
    begun = true;
    IOException because = reason.get();
    if (because != null) {
      abort(because); // it was ended before there was anything that could be aborted
    }
    if (!begunByJetty && sent.getAbortCause() != null) {
      finish(sent.getAbortCause()); // the connection was closed just now
    }
  }

  private SocketTimeoutException late(String what) {
    return new SocketTimeoutException(
        "%s: the server %s within %s".formatted(request, what, Timeouts.printed(patience)));
  }

  @Override
  public IOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    IOException interrupt = (IOException) new ClosedByInterruptException().initCause(cause);
    end(interrupt);
    return interrupt;
  }

  /** Ends it, unless it is over, for a reason of this side's. */
  void end(IOException because) {
    boolean unused = reason.compareAndSet(null, because);
    if (begun) {
      abort(because);
    }
  }

  private void abort(IOException because) {
    var unused = sent.abort(because);
    boolean unusedToo = head.completeExceptionally(because);
  }

  /**
   * Waits for Jetty to have done with both, which it is about to: whose next request comes after
   * this finds the connection free. A server that answers before it has the whole request may take
   * the rest; but what it has refused, or sent elsewhere, is not sent on.
   */
  @Override
  public void ended() throws IOException {
    boolean accepted = status < MULTIPLE_CHOICES;
    Duration atMost = accepted ? patience : AFTERMATH;
    try {
      long taken;
      do {
        taken = body.taken();
        if (over.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
      } while (accepted && body.taken() > taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // which matters to what the caller does next
      accepted = false;
    }
    abandon();
    if (accepted) {
      throw late("has not taken the whole request");
    }
  }

  /** Whoever is reading is told that it was another thread's doing. */
  @Override
  public void abandon() {
    end(new AsynchronousCloseException());
  }

  @Override
  public TimeSource.Timer patience() {
    return time.schedule(patience, () -> end(late("has sent no more")));
  }

  @Override
  public IOException failure(@Nullable Throwable byJetty) {
    IOException because = reason.get();
    if (because != null) {
      return because;
    }
    ClientConnection connection = lease.connection();
    return connection.isEndedHere()
        ? (IOException) new AsynchronousCloseException().initCause(byJetty)
        : Failures.unwrapped(request.toString(), byJetty, connection.endPoint());
  }

  /** Called when the head is here. */
  @Override
  public void onContentSource(Response response, Content.Source source) {
    status = response.getStatus();
    BodyStream stream = new BodyStream(source, this);
    boolean unused =
        head.complete(
            new HttpResponse(
                response.getStatus(),
                headers(response),
                HttpBody.of(stream),
                lease.connection().version(),
                request.url()));
  }

  private static HttpHeaders headers(Response response) {
    List<Map.Entry<String, String>> fields =
        response.getHeaders().stream()
            .map(each -> Map.entry(each.getName(), each.getValue() == null ? "" : each.getValue()))
            .toList();
    return HttpHeaders.of(fields);
  }

  /** Called when the request and the response are over, well or not. */
  @Override
  public void onComplete(Result result) {
    finish(result.isFailed() ? result.getFailure() : null);
  }

  private void finish(@Nullable Throwable failure) {
    if (finished.compareAndSet(false, true)) {
      body.stop();
      connections.give(lease);
      over.countDown();
      if (failure != null) {
        head.completeExceptionally(failure);
      }
    }
  }
}
