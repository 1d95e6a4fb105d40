package dev.mimic.http;

import dev.mimic.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** A body as it comes; asks for more only when what was there has been read. */
final class BodyStream extends InputStream {
  private static final int DRAINED_CHUNKS = 16;

  /** Whose message it is. */
  interface Owner {
    /** Returns what a reader is told, where Jetty failed so. */
    IOException failure(Throwable byJetty);

    /** Returns a timer that ends the message if it runs off before it is cancelled. */
    TimeSource.Timer patience();

    /** Ends the message, and returns what the interrupted thread throws. */
    IOException interrupted(InterruptedException cause);

    /** Called when all of it was read. */
    void ended() throws IOException;

    /** Ends the message, of which nobody wants the rest. */
    void abandon();
  }

  private final Content.Source source;
  private final Owner owner;
  private volatile boolean closed;

  // One reader at a time; guards what follows. Held while it waits: close then only wakes it.
  private final ReentrantLock reading = new ReentrantLock();
  private Content.@Nullable Chunk chunk;
  private @Nullable IOException failure;

  BodyStream(Content.Source source, Owner owner) {
    this.source = source;
    this.owner = owner;
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
      if (current.hasRemaining()) {
        return take(current, to, offset, length);
      }
      owner.ended();
      return -1;
    } finally {
      reading.unlock();
      if (closed) { // meanwhile: this was not for close to release
        releaseRest();
      }
    }
  }

  private void releaseRest() {
    if (!reading.tryLock()) {
      return; // who reads does it
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
        failure = owner.failure(next.getFailure());
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
    TimeSource.Timer timer = owner.patience();
    try {
      source.demand(there::release);
      there.acquire();
    } catch (InterruptedException e) {
      throw owner.interrupted(e);
    } finally {
      timer.cancel();
    }
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

  /** Ends the message, unless the rest of the body is here already. */
  @Override
  public void close() throws IOException {
    closed = true;
    if (!reading.tryLock()) {
      owner.abandon();
      return;
    }
    try {
      if (endsAtOnce()) {
        owner.ended();
      } else {
        owner.abandon();
      }
    } finally {
      reading.unlock();
      releaseRest();
    }
  }

  private boolean endsAtOnce() {
    for (int i = 0; i < DRAINED_CHUNKS && failure == null; i++) {
      Content.Chunk next = chunk == null ? source.read() : chunk;
      if (next == null) {
        return false;
      }
      if (Content.Chunk.isFailure(next)) {
        return true;
      }
      release(next);
      if (chunk != null) {
        return true;
      }
    }
    return failure != null;
  }
}
