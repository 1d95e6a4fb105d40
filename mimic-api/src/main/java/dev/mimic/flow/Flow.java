package dev.mimic.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.InterruptibleChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * A connected stream of bytes in both directions, whatever carries it.
 *
 * <p><b>Threads.</b> Safe for use by several threads. One thread reads and one writes at a time;
 * another waits its turn, so that one write's bytes stay together. Reading never waits for writing,
 * nor writing for reading. Any thread may close.
 *
 * <p><b>Ownership.</b> Who resolved or accepted a flow closes it. Closing a flow closes the layers
 * below it.
 *
 * <p><b>Failures</b>, the same on every transport:
 *
 * <ul>
 *   <li>closed here, before the call: {@link java.nio.channels.ClosedChannelException};
 *   <li>closed here, by another thread during the call: {@link
 *       java.nio.channels.AsynchronousCloseException};
 *   <li>the thread is interrupted, during the call or before it: the flow is closed, the interrupt
 *       status stays set, {@link java.nio.channels.ClosedByInterruptException};
 *   <li>the peer has reset the connection, or can no longer be written to: {@link
 *       PeerGoneException}. After a write threw it, reads return what has arrived and was not lost,
 *       and then throw it too, unless the end was already read;
 *   <li>a read waited longer than {@link #readTimeout} allows: {@link
 *       java.net.SocketTimeoutException}; the flow can still be used;
 *   <li>a write took longer than {@link #writeTimeout} allows: {@link
 *       java.net.SocketTimeoutException}; the flow is closed.
 * </ul>
 */
public interface Flow extends ByteChannel, GatheringByteChannel, InterruptibleChannel {

  /**
   * Reads what is there: blocks until there is at least one byte, and returns how many were put
   * into {@code dst}.
   *
   * @return the count; 0 only if {@code dst} has no room; -1 when the peer has ended its output,
   *     and again -1 after that, even if the peer resets the connection later. A reset that comes
   *     before the end is never -1
   */
  @Override
  int read(ByteBuffer dst) throws IOException;

  /**
   * Returns an estimate of the bytes that can be read without blocking: at least so many can. Does
   * not block, and does not look at interrupts. Who asks again and again learns of every byte that
   * arrives, as of {@link java.net.Socket}'s input; only a peer's end or reset is told by a read
   * alone.
   *
   * @return 0 if there are none, at the end, and after {@link #shutdownInput}; also while another
   *     thread reads, which takes what arrives, and while a handshake is still to be done
   * @throws java.nio.channels.ClosedChannelException if the flow is closed
   */
  int available() throws IOException;

  /**
   * Writes all of {@code src}: returns when every byte is accepted, which is not yet received. The
   * caller may then use the buffer again.
   *
   * <p>A peer that does not read blocks the writer until {@link #writeTimeout} has passed, or
   * another thread closes the flow. How many bytes of a failed write were accepted is not known.
   *
   * @return how many bytes there were; 0 if none, also where the peer is gone
   */
  @Override
  int write(ByteBuffer src) throws IOException;

  /** Writes all of all buffers, in order, as one write. */
  @Override
  default long write(ByteBuffer[] srcs) throws IOException {
    return write(srcs, 0, srcs.length);
  }

  /** Writes all of these buffers, in order, as one write. */
  @Override
  long write(ByteBuffer[] srcs, int offset, int length) throws IOException;

  /**
   * Ends the input: reads, also those that wait, return -1 from now on, and what the peer still
   * sends is dropped or left unread: the peer's writer may block in the end, as over TCP, or never,
   * as in memory. The peer is not told; but what was unread, or came since, makes {@link #close} a
   * reset. Does nothing if already done.
   */
  void shutdownInput() throws IOException;

  /**
   * Ends the output: the peer reads what was written, then -1. This side can still read. Writing
   * fails with {@link java.nio.channels.ClosedChannelException} from now on. Does nothing if
   * already done.
   */
  void shutdownOutput() throws IOException;

  /**
   * Sets how long a read that begins after this call may wait for its first byte.
   *
   * @param atMost zero, as at first, is without limit
   */
  void readTimeout(Duration atMost);

  /**
   * Sets how long a write that begins after this call can take until all its bytes are accepted. A
   * write that exceeds this time throws {@link java.net.SocketTimeoutException} and closes the
   * flow, since its accepted bytes cannot be taken back: the peer may read a part of them. Other
   * threads that are blocked in the flow get {@link java.nio.channels.AsynchronousCloseException}.
   *
   * <p>The time includes the wait for another thread's write, and a handshake. It is one limit for
   * the whole write, however large: a slow peer needs a longer timeout or smaller writes.
   *
   * @param atMost zero is no limit, the default
   */
  void writeTimeout(Duration atMost);

  /** Returns a stream that reads this flow; closing it closes the flow. It adds no buffer. */
  default InputStream inputStream() {
    return new FlowInputStream(this);
  }

  /** Returns a stream that writes this flow; closing it closes the flow. It adds no buffer. */
  default OutputStream outputStream() {
    return new FlowOutputStream(this);
  }

  /** Returns what this flow is made of. Can be asked of a closed flow. */
  FlowInfo info();

  /**
   * Returns the object of this type that this flow is, or is made of, itself or below, such as the
   * {@code SocketChannel}. Using it goes behind the flow's back.
   */
  <T> Optional<T> find(Class<T> type);

  /**
   * Closes this flow and all below it, and wakes every thread that is blocked in it. Bounded in
   * time; does nothing the second time.
   *
   * <p>Bytes accepted by a write are still delivered, and the peer then reads -1; but where input
   * was left unread, the peer sees a reset instead, as with a kernel's TCP.
   */
  @Override
  void close() throws IOException;
}
