package dev.mimic.unix;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads from a socket, but waits only so long. A {@code SocketChannel} itself cannot. */
@FunctionalInterface
interface TimedRead {

  /**
   * Reads as a channel does. One thread at a time.
   *
   * @param dst has room, and can be written to
   * @throws java.net.SocketTimeoutException if there was no byte for so long; the socket is as it
   *     was
   */
  int read(ByteBuffer dst, int atMostMillis) throws IOException;
}
