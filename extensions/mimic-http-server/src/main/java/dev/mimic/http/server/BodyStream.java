package dev.mimic.http.server;

import dev.mimic.flow.PeerGoneException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as a stream. It demands more from Jetty only after all available bytes have
 * been read. Jetty enforces the time limits, and discards unread bytes when the response is sent.
 */
final class BodyStream extends InputStream {
  private final Content.Source source;
  private final FlowEndPoint endPoint;
  private volatile boolean closed;

  // Guards the fields below. A reader holds it while it waits; close therefore only tries it.
  private final ReentrantLock reading = new ReentrantLock();
  private Content.@Nullable Chunk chunk;
  private @Nullable IOException failure;

  BodyStream(Content.Source source, FlowEndPoint endPoint) {
    this.source = source;
    this.endPoint = endPoint;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    reading.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (length == 0) {
        return 0;
      }
      Content.Chunk current = await();
      return current.hasRemaining() ? take(current, to, offset, length) : -1;
    } finally {
      reading.unlock();
      if (closed) { // during the read, when close could not release the chunk
        releaseRest();
      }
    }
  }

  private void releaseRest() {
    if (!reading.tryLock()) {
      return; // the reader releases it
    }
    try {
      if (chunk != null) {
        release(chunk);
      }
    } finally {
      reading.unlock();
    }
  }

  private int take(Content.Chunk current, byte[] to, int offset, int length) {
    int count = current.get(to, offset, length);
    if (!current.hasRemaining()) {
      release(current);
    }
    return count;
  }

  private void release(Content.Chunk current) {
    current.release();
    chunk = current.isLast() ? Content.Chunk.EOF : null;
  }

  /** Waits for a chunk that is not empty, or for the last chunk. */
  private Content.Chunk await() throws IOException {
    while (true) {
      if (failure != null) {
        throw failure;
      }
      Content.Chunk next = chunk == null ? source.read() : chunk;
      if (next == null) {
        awaitDemand();
      } else if (Content.Chunk.isFailure(next)) {
        failure = failure(next.getFailure());
      } else if (next.hasRemaining() || next.isLast()) {
        chunk = next;
        return next;
      } else {
        next.release();
      }
    }
  }

  private void awaitDemand() throws IOException {
    Semaphore available = new Semaphore(0);
    try {
      source.demand(available::release);
      available.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new ClosedByInterruptException().initCause(e);
    }
  }

  /** Returns the exception for readers that corresponds to a failure of Jetty. */
  private IOException failure(Throwable jettyFailure) {
    if (jettyFailure instanceof TimeoutException) {
      return (IOException)
          new SocketTimeoutException("timed out waiting for more of the request body")
              .initCause(jettyFailure);
    }
    Optional<String> malformed = HandlerBridge.reason(jettyFailure);
    if (malformed.isPresent() && !(jettyFailure instanceof EOFException)) {
      return new MalformedRequestException(malformed.get(), jettyFailure);
    }
    if (jettyFailure instanceof EOFException && endPoint.isChunkMalformed()) {
      return new MalformedRequestException("invalid chunk in the body", jettyFailure);
    }
    IOException flowFailure = endPoint.failure();
    if (flowFailure == null || flowFailure instanceof ClosedChannelException) {
      return new PeerGoneException(
          "the client closed the connection before its request was complete", jettyFailure);
    }
    return flowFailure instanceof PeerGoneException
        ? new PeerGoneException("the request's body: " + flowFailure.getMessage(), flowFailure)
        : flowFailure;
  }

  /** Returns the number of bytes of the current chunk. */
  @Override
  public int available() {
    if (!reading.tryLock()) {
      return 0;
    }
    try {
      return chunk == null ? 0 : chunk.remaining();
    } finally {
      reading.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    releaseRest();
  }
}
