package dev.mimic.unix;

import dev.mimic.flow.InterruptibleLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The input of a Unix domain channel.
 *
 * <p>The JDK has no read timeout for these channels. They have no socket adaptor, and a selector
 * would require the channel to be non-blocking, also for writers. Therefore another thread performs
 * a timed read, and the reader waits for that thread. Bytes that arrive after the timeout are kept
 * for the next read. The JDK does not report available bytes either, so they are read ahead too. If
 * such bytes are unread when the channel is closed, the peer gets no reset.
 *
 * <p>The read lock guards {@code room} and writes to {@code ahead}. A reader sets {@code inChannel}
 * before it checks {@code shut}, and {@link #shutdown} sets {@code shut} before it checks {@code
 * inChannel} and {@code ahead}, so that a reader either sees the shutdown or is woken by it.
 */
final class UnixInput implements SocketInput {
  private final SocketChannel channel;
  private volatile boolean
      inChannel; // whether a reader is, or soon will be, blocked in the channel
  private volatile boolean shut;
  private @Nullable ByteBuffer room; // reused by readAvailable
  private volatile @Nullable ReadAhead ahead; // in progress, or not consumed

  UnixInput(SocketChannel connected) {
    this.channel = connected;
  }

  @Override
  public int read(ByteBuffer dst, int atMostMillis) throws IOException {
    ReadAhead current = ahead;
    if (current == null) {
      if (atMostMillis == 0) {
        return readFromChannel(dst);
      }
      current = ReadAhead.start(channel, dst.remaining());
      ahead = current;
    }
    return shut ? -1 : readAhead(current, dst, atMostMillis);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The JDK does not report this, so available bytes are read ahead. If no writer is using the
   * channel, this is a non-blocking read, which changes the mode of the channel. Otherwise another
   * thread reads, as for a timed read.
   */
  @Override
  public int available(InterruptibleLock writing) throws IOException {
    ReadAhead current = ahead;
    if (current == null && writing.tryLock()) {
      try {
        current = ReadAhead.readAvailable(channel, room()).orElse(null);
      } finally {
        writing.unlock();
      }
    } else if (current == null) {
      current = ReadAhead.start(channel, ReadAhead.MAX_BYTES);
    }
    ahead = current;
    return current == null || shut ? 0 : current.available();
  }

  // Only one ReadAhead at a time uses the buffer.
  private ByteBuffer room() {
    ByteBuffer first = room == null ? ByteBuffer.allocate(ReadAhead.MAX_BYTES) : room;
    room = first;
    return first;
  }

  private int readFromChannel(ByteBuffer dst) throws IOException {
    inChannel = true;
    try {
      return shut ? -1 : channel.read(dst);
    } finally {
      inChannel = false;
    }
  }

  private int readAhead(ReadAhead from, ByteBuffer dst, int atMostMillis) throws IOException {
    from.await(atMostMillis);
    try {
      return from.transferTo(dst);
    } finally {
      if (from.isConsumed()) {
        ahead = null;
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Shutting down the socket itself is visible to the peer, whose writes then fail immediately.
   * It is done only if nothing else can wake the reader.
   */
  @Override
  public void shutdown() throws IOException {
    shut = true; // set first: a reader either sees it, or is seen below
    ReadAhead current = ahead;
    if (current != null) {
      current.cancel();
    }
    if (inChannel) {
      channel.shutdownInput();
    }
  }
}
