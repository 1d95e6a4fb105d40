package dev.mimic.unix;

import dev.mimic.InterruptibleLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The input of a Unix domain channel.
 *
 * <p>The JDK has no time-out for these: there is no socket adaptor, and a selector needs the
 * channel to be non-blocking, for its writer too. So another thread does a timed read, and the
 * reader waits for that one. What it reads when nobody waits any more is the next read's. Nor does
 * the JDK say what is available, so that this is read ahead, too. Of what is then left unread, no
 * reset tells the peer when the channel is closed.
 */
final class UnixInput implements SocketInput {
  private final SocketChannel channel;
  private volatile boolean inChannel; // whether a reader waits, or soon will, in the channel itself
  private volatile boolean shut;
  private @Nullable ByteBuffer room; // used in a reader's turn
  private volatile @Nullable ReadAhead ahead; // under way, or not used up; set in a reader's turn

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
   * <p>The JDK does not tell, so that what has come is read ahead: by a read that does not block,
   * if no writer is in the channel, whose mode that changes; otherwise as for a time-out.
   */
  @Override
  public int available(InterruptibleLock writing) throws IOException {
    ReadAhead current = ahead;
    if (current == null && writing.tryLock()) {
      try {
        current = ReadAhead.ofWhatIsThere(channel, room()).orElse(null);
      } finally {
        writing.unlock();
      }
    } else if (current == null) {
      current = ReadAhead.start(channel, ReadAhead.MOST_BYTES);
    }
    ahead = current;
    return current == null || shut ? 0 : current.available();
  }

  // Only one read ahead at a time has it.
  private ByteBuffer room() {
    ByteBuffer first = room == null ? ByteBuffer.allocate(ReadAhead.MOST_BYTES) : room;
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
      if (from.isUsedUp()) {
        ahead = null;
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>To shut the socket itself down tells the peer, whose writes then fail at once; so that is
   * done only where nothing else wakes the reader.
   */
  @Override
  public void shutdown() throws IOException {
    shut = true; // first: a reader either sees it, or is seen below
    ReadAhead current = ahead;
    if (current != null) {
      current.giveUp();
    }
    if (inChannel) {
      channel.shutdownInput();
    }
  }
}
