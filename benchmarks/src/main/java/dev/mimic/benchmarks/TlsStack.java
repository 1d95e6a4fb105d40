package dev.mimic.benchmarks;

import dev.mimic.flow.Flow;
import java.io.Closeable;
import java.io.IOException;

/** An implementation of TLS over one transport. */
interface TlsStack extends Closeable {
  /** Serves the clients that come, in a thread of its own; returns the port. */
  int serve(TlsServing serving) throws IOException;

  /** Connects to this port of a server and performs the handshake. */
  TlsEnd connect(int port) throws IOException;

  /** Performs the client's handshake over a connection. */
  TlsEnd over(Flow below) throws IOException;

  /**
   * Connects to a server, performs the handshake, reads the greeting, and closes.
   *
   * @param forget whether the session is not to be resumed
   * @return whether an earlier session was resumed
   */
  default boolean meet(int port, boolean forget) throws IOException {
    try (TlsEnd end = connect(port)) {
      end.receive(1);
      boolean resumed = TlsEnd.isResumed(end.session());
      if (forget) {
        end.session().invalidate();
      }
      return resumed;
    }
  }
}
