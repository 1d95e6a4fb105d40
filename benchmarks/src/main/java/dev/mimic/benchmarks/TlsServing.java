package dev.mimic.benchmarks;

import java.io.IOException;

/** The behavior of a server with its only client. */
enum TlsServing {
  /** Sends a byte, and waits for the client's end. */
  GREET,
  /** Sends until the client is gone. */
  SEND,
  /** Receives until the client is gone. */
  RECEIVE;

  void serve(TlsEnd end, TlsContent content) throws IOException {
    switch (this) {
      case GREET -> {
        end.send(1);
        end.receive(1);
      }
      case SEND -> {
        while (true) {
          end.send(content.chunkBytes());
        }
      }
      case RECEIVE -> end.receive(Long.MAX_VALUE);
    }
  }
}
