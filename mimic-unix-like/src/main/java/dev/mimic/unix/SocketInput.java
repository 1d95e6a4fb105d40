package dev.mimic.unix;

import dev.mimic.InterruptibleLock;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The input of a connected socket, with a time-out, which a {@code SocketChannel} itself has not.
 */
interface SocketInput {

  /**
   * Reads as a channel does. One thread at a time.
   *
   * @param dst has room, and can be written to
   * @param atMostMillis how long to wait for the first byte; 0 is without limit
   * @throws java.net.SocketTimeoutException if there was no byte for so long; the socket is as it
   *     was
   */
  int read(ByteBuffer dst, int atMostMillis) throws IOException;

  /**
   * Returns how many bytes can be read without waiting. Called in a reader's turn.
   *
   * @param writing the lock of writers, for an input that must keep them out
   */
  int available(InterruptibleLock writing) throws IOException;

  /**
   * Makes a read that waits, or has not begun yet, return -1. Any thread; there is no read after.
   */
  void shutdown() throws IOException;
}
