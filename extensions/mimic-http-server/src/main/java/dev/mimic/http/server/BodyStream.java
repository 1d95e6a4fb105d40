package dev.mimic.http.server;

import dev.mimic.PeerGoneException;
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
 * The body of a request; more of it is asked for only when all that was there has been read. Jetty
 * has the time limits, and drops what was not read when the response is sent.
 */
final class BodyStream extends InputStream {
  private final Content.Source source;
  private final FlowEndPoint endPoint;
  private volatile boolean closed;

  // One reader at a time; guards what follows. Held while it waits: close does not wait for it.
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
      if (closed) { // meanwhile: close could not release this
        releaseRest();
      }
    }
  }

  private void releaseRest() {
    if (!reading.tryLock()) {
      return; // the reader does it
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

  /** Waits for a chunk with something in it, or for the last one, which may be empty. */
  private Content.Chunk await() throws IOException {
    while (true) {
      if (failure != null) {
        throw failure;
      }
      Content.Chunk next = chunk == null ? source.read() : chunk;
      if (next == null) {
        awaitDemanded();
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

  private void awaitDemanded() throws IOException {
    Semaphore there = new Semaphore(0);
    try {
      source.demand(there::release);
      there.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new ClosedByInterruptException().initCause(e);
    }
  }

  /** Returns the exception that a reader gets for this failure of Jetty. */
  private IOException failure(Throwable byJetty) {
    if (byJetty instanceof TimeoutException) {
      return (IOException)
          new SocketTimeoutException("the client has sent no more of its request")
              .initCause(byJetty);
    }
    Optional<String> malformed = HandlerBridge.reason(byJetty);
    if (malformed.isPresent() && !(byJetty instanceof EOFException)) {
      return new MalformedRequestException(malformed.get(), byJetty);
    }
    if (byJetty instanceof EOFException && endPoint.isChunkMalformed()) {
      return new MalformedRequestException("a chunk of its body", byJetty);
    }
    IOException ofFlow = endPoint.failure();
    if (ofFlow == null || ofFlow instanceof ClosedChannelException) {
      return new PeerGoneException(
          "the client has ended its request before it was complete", byJetty);
    }
    return ofFlow instanceof PeerGoneException
        ? new PeerGoneException("the request's body: " + ofFlow.getMessage(), ofFlow)
        : ofFlow;
  }

  /** Returns how much is here already. */
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
