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
 * A connected stream of bytes in both directions, over any transport.
 *
 * <p><b>Threads.</b> Thread-safe. One thread reads and one writes at a time; others wait, so that
 * the bytes of one write stay together. Reads never wait for writes, nor writes for reads. Any
 * thread can close the flow.
 *
 * <p><b>Ownership.</b> The code that resolved or accepted a flow closes it. Closing a flow closes
 * the layers below it.
 *
 * <p><b>Failures</b> are the same on every transport:
 *
 * <ul>
 *   <li>the flow was closed before the call: {@link java.nio.channels.ClosedChannelException};
 *   <li>another thread closed the flow during the call: {@link
 *       java.nio.channels.AsynchronousCloseException};
 *   <li>the thread is interrupted, during the call or before it: {@link
 *       java.nio.channels.ClosedByInterruptException}; the flow is closed, and the interrupt status
 *       stays set;
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
   * Reads the available bytes into {@code dst}. Blocks until there is at least one byte.
   *
   * @return the number of bytes read; 0 only if {@code dst} has no room; -1 after the peer has
   *     ended its output, and again -1 after that, even if the peer resets the connection later. A
   *     reset before the end is never -1
   */
  @Override
  int read(ByteBuffer dst) throws IOException;

  /**
   * Returns a lower bound of the bytes that can be read without blocking. Does not block, and
   * ignores interrupts. Polling notices every byte that arrives, as with the input of a {@link
   * java.net.Socket}. Only a read notices that the peer has ended or reset the connection.
   *
   * @return 0 if there are none, at the end, and after {@link #shutdownInput}; also while another
   *     thread reads, and before the handshake
   * @throws java.nio.channels.ClosedChannelException if the flow is closed
   */
  int available() throws IOException;

  /**
   * Writes all of {@code src}: returns when every byte is accepted, though not yet received. The
   * caller can then reuse the buffer.
   *
   * <p>A peer that does not read blocks the writer until {@link #writeTimeout} has passed, or
   * another thread closes the flow. How many bytes of a failed write were accepted is not known.
   *
   * @return the number of bytes; 0 if there were none, even if the peer is gone
   */
  @Override
  int write(ByteBuffer src) throws IOException;

  /** Writes all buffers completely, in order, as one write. */
  @Override
  default long write(ByteBuffer[] srcs) throws IOException {
    return write(srcs, 0, srcs.length);
  }

  /** Writes these buffers completely, in order, as one write. */
  @Override
  long write(ByteBuffer[] srcs, int offset, int length) throws IOException;

  /**
   * Ends the input: reads, also blocked ones, return -1 from now on. Bytes that the peer still
   * sends are dropped or left unread. The peer's writes can block eventually, as over TCP. The peer
   * is not notified, but unread or later bytes make {@link #close} a reset. Does nothing if the
   * input has ended already.
   */
  void shutdownInput() throws IOException;

  /**
   * Ends the output: the peer reads the written bytes, then -1. This side can still read. Later
   * writes throw {@link java.nio.channels.ClosedChannelException}. Does nothing if the output has
   * ended already.
   */
  void shutdownOutput() throws IOException;

  /**
   * Sets the limit for a read that begins after this call to wait for its first byte.
   *
   * @param atMost zero is no limit, the default
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

  /** Returns the layers of this flow. Works on a closed flow too. */
  FlowInfo info();

  /**
   * Returns this flow, or the object of a layer below, if it has this type, such as the {@code
   * SocketChannel}. Using that object bypasses the flow.
   */
  <T> Optional<T> find(Class<T> type);

  /**
   * Closes this flow and the layers below, and wakes every thread that is blocked in it. Bounded in
   * time. Does nothing if the flow is closed already.
   *
   * <p>Bytes accepted by a write are still delivered, and the peer then reads -1. If input was left
   * unread, the peer sees a reset instead, as with TCP of a kernel.
   */
  @Override
  void close() throws IOException;
}
