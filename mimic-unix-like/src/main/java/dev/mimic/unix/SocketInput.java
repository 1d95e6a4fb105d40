package dev.mimic.unix;

import dev.mimic.flow.InterruptibleLock;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The input of a connected socket with a read timeout, which {@code SocketChannel} does not
 * support.
 */
interface SocketInput {

  /**
   * Reads as a channel does. The caller must hold the read lock.
   *
   * @param dst a writable buffer with remaining space
   * @param atMostMillis the time to wait for the first byte; 0 means no limit
   * @throws java.net.SocketTimeoutException if no byte arrived in time; the socket stays usable
   */
  int read(ByteBuffer dst, int atMostMillis) throws IOException;

  /**
   * Returns the number of bytes that can be read without blocking. The caller must hold the read
   * lock.
   *
   * @param writing the write lock, for an input that must exclude writers
   */
  int available(InterruptibleLock writing) throws IOException;

  /** Makes blocked and later reads return -1. Any thread may call this. */
  void shutdown() throws IOException;
}
