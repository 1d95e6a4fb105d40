package dev.mimic.benchmarks;

import java.io.Closeable;

/**
 * Two ends of one connection through the kernel, both in this process. One benchmark uses it at a
 * time; each call returns when all its bytes have come to the other end and are what was sent.
 */
interface SocketPair extends Closeable {

  /** Sends bytes one way, in writes of the size of the pair. */
  void stream(long bytes) throws Exception;

  /** Sends a message and waits for the same message as the answer, {@code count} times. */
  void roundTrips(int count) throws Exception;
}
