package dev.mimic.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The threads of blocking servers, which end when their listeners are closed. */
final class TlsThreads {
  private static final Duration JOIN = Duration.ofSeconds(10);

  private final List<Thread> threads = new ArrayList<>();

  /** Waits for a client. */
  interface Acceptor {
    Accepted accept() throws IOException;
  }

  /** A client that was accepted, and with whom no hands were shaken yet. */
  interface Accepted {
    TlsEnd shakeHands() throws IOException;
  }

  /** Serves one client after the other in a thread, until the listener is closed. */
  void serve(Acceptor acceptor, TlsServing serving, TlsContent content) {
    threads.add(Thread.ofPlatform().daemon().start(() -> serveAll(acceptor, serving, content)));
  }

  private static void serveAll(Acceptor acceptor, TlsServing serving, TlsContent content) {
    while (true) {
      Accepted accepted;
      try {
        accepted = acceptor.accept();
      } catch (IOException e) {
        return; // the listener is closed
      }
      try (TlsEnd end = accepted.shakeHands()) {
        serving.serve(end, content);
      } catch (IOException e) {
        // The client is gone.
      }
    }
  }

  /** Waits for their end. */
  void join() {
    try {
      for (Thread thread : threads) {
        if (!thread.join(JOIN)) {
          throw new IllegalStateException("a server goes on after " + JOIN);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
