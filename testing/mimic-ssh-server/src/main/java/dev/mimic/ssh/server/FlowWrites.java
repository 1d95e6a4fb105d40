package dev.mimic.ssh.server;

import dev.mimic.flow.Flow;
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
 * A queue of bytes that a separate thread writes to a flow. Thread-safe.
 *
 * <p>The lock guards the queue and its size. {@link #add} never blocks, because MINA calls it while
 * it holds locks, and in the reading thread. Writers of commands wait in {@link #awaitRoom}
 * instead, before they call MINA. Every change signals {@code changed}, for which these writers,
 * the reading thread and the writing thread wait.
 */
final class FlowWrites {
  private static final long COMMAND_BYTES = 256 * 1024; // commands wait above this size

  // The server stops reading above this size: the client sends requests but reads no responses.
  private static final long MAX_BYTES = 4 * 1024 * 1024;

  private final Flow flow;

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Condition changed = lock.newCondition();
  private final Queue<Write> queue = new ArrayDeque<>();
  private long bytes;
  private boolean ended;
  private @Nullable Throwable failure;

  FlowWrites(Flow flow) {
    this.flow = flow;
  }

  /** A queued write and its future. */
  private static final class Write extends AbstractIoWriteFuture {
    private final ByteBuffer bytes;
    private final int size;

    Write(ByteBuffer bytes) {
      super("write", null);
      this.bytes = bytes;
      this.size = bytes.remaining();
    }
  }

  /** Adds bytes to the end. The queue owns the bytes until the future is complete. */
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

  /** Waits until commands can write. */
  void awaitRoom() throws InterruptedException {
    awaitBelow(COMMAND_BYTES);
  }

  /** Waits until input can be read, whose responses need space in the queue. */
  void awaitRoomForResponses() throws InterruptedException {
    awaitBelow(MAX_BYTES);
  }

  private void awaitBelow(long limit) throws InterruptedException {
    lock.lock();
    try {
      while (bytes >= limit && failure == null) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses further writes. The queued bytes are written, then the flow's output is shut down. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes until {@link #end} or a failure, which is passed to the consumer. */
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

  /** Removes the next write; its bytes count until they are written. Returns null at the end. */
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

  /** Discards the queued writes with a failure. */
  void fail(Throwable reason) {
    List<Write> discarded;
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      ended = true;
      discarded = new ArrayList<>(queue);
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    discarded.forEach(write -> write.setValue(reason));
  }
}
