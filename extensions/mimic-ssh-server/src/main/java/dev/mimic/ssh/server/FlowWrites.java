package dev.mimic.ssh.server;

import dev.mimic.Flow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoWriteFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written to a flow, in order, by a thread of its own. To add to it never blocks, for
 * the library does so while it holds its locks, and in the thread that reads; what commands write
 * waits for room before it comes there. Thread-safe.
 */
final class FlowWrites {
  // Commands wait from here on. What a client makes the server answer is not counted on: a client
  // that asks and never reads is read no further by then.
  private static final long ROOM_BYTES = 256 * 1024;
  private static final long MOST_BYTES = 4 * 1024 * 1024;

  private final Flow flow;

  private final ReentrantLock lock = new ReentrantLock(); // guards what follows
  private final Condition changed = lock.newCondition();
  private final Queue<Write> queue = new ArrayDeque<>();
  private long bytes;
  private boolean ended;
  private @Nullable Throwable failure;

  FlowWrites(Flow flow) {
    this.flow = flow;
  }

  /** One of them, and what is told when it is done. */
  private static final class Write extends AbstractIoWriteFuture {
    private final ByteBuffer bytes;
    private final int size;

    Write(ByteBuffer bytes) {
      super("write", null);
      this.bytes = bytes;
      this.size = bytes.remaining();
    }
  }

  /** Adds to the end; the bytes belong to the queue until the future is done. */
  IoWriteFuture add(ByteBuffer source) {
    Write write = new Write(source);
    Throwable refusal = null;
    lock.lock();
    try {
      if (failure != null || ended) {
        refusal = failure != null ? failure : new ClosedChannelException();
      } else {
        queue.add(write);
        bytes += write.size;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      write.setValue(refusal);
    }
    return write;
  }

  /** Waits until commands may write. */
  void awaitRoom() throws InterruptedException {
    awaitLess(ROOM_BYTES);
  }

  /** Waits until more may be read, which could have to be answered. */
  void awaitRoomForAnswers() throws InterruptedException {
    awaitLess(MOST_BYTES);
  }

  private void awaitLess(long limit) throws InterruptedException {
    lock.lock();
    try {
      while (bytes >= limit && failure == null) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds no more; what is there is still written, and then the flow's output is shut. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes until the {@link #end}, or a failure, which is also told. */
  void run(Consumer<Exception> onFailure) {
    try {
      for (Write next = next(); next != null; next = next()) {
        write(next);
      }
      flow.shutdownOutput();
    } catch (IOException | RuntimeException e) {
      fail(e);
      onFailure.accept(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e);
    }
  }

  private void write(Write next) throws IOException {
    try {
      flow.write(next.bytes);
    } catch (IOException | RuntimeException e) {
      next.setValue(e);
      throw e;
    }
    written(next);
    next.setValue(true);
  }

  /** Returns the first, which stays counted until it is written; null at the end. */
  private @Nullable Write next() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !ended && failure == null) {
        changed.await();
      }
      return queue.poll();
    } finally {
      lock.unlock();
    }
  }

  private void written(Write write) {
    lock.lock();
    try {
      bytes -= write.size;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is there. */
  void fail(Throwable reason) {
    List<Write> dropped;
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      ended = true;
      dropped = new ArrayList<>(queue);
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    dropped.forEach(write -> write.setValue(reason));
  }
}
