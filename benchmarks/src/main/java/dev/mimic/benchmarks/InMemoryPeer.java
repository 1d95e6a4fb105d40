package dev.mimic.benchmarks;

import java.io.IOException;

/**
 * One way to move bytes within a process, and the work that each is measured by. Every method
 * checks what arrived, and throws {@link IllegalStateException} if it is not what was sent.
 */
interface InMemoryPeer extends AutoCloseable {

  /** Sends messages one way over one connection, and returns when all are received. */
  void stream(int messages, int size) throws Exception;

  /** Sends a message there and back, {@code times} times over one connection. */
  void roundTrips(int times, int size) throws Exception;

  /**
   * Does this {@code times} times: connects, accepts, closes one end, reads the end of the stream
   * at the other, and closes that too.
   */
  void connectAndClose(int times) throws Exception;

  @Override
  void close() throws IOException;

  /** Returns the peer of this name, which uses threads of this kind. */
  static InMemoryPeer of(String name, InMemoryThreads threads) throws IOException {
    return switch (name) {
      case "netty-local" -> new InMemoryNetty(threads);
      case "grpc-inprocess" -> new InMemoryGrpc(threads);
      default -> new InMemoryStreams(InMemoryLinks.of(name), threads);
    };
  }
}
