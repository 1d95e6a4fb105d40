package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;

/** A server that greets, and a client that meets it again and again, both of the same make. */
final class TlsMeetings implements Closeable {
  private static final int CHUNK_BYTES = 1;

  private final TlsStack stack;
  private final int port;
  private boolean hasMet; // whether there is a session to be resumed

  TlsMeetings(TlsPeer peer, TlsPeer.Transport transport, TlsCredentials credentials)
      throws IOException {
    stack = peer.stack(transport, credentials, TlsContent.inChunksOf(CHUNK_BYTES));
    port = stack.serve(TlsServing.GREET);
  }

  /** Meets with a full handshake. */
  void full() throws IOException {
    meet(true);
  }

  /** Meets with a handshake that resumes the session, but for the first time. */
  void resumed() throws IOException {
    meet(false);
  }

  private void meet(boolean forget) throws IOException {
    boolean resumed = stack.meet(port, forget);
    boolean expected = hasMet && !forget;
    if (resumed != expected) {
      throw new IllegalStateException(
          "a session was %s, and should %s have been"
              .formatted(resumed ? "resumed" : "not resumed", resumed ? "not" : "indeed"));
    }
    hasMet = !forget;
  }

  @Override
  public void close() throws IOException {
    stack.close();
  }
}
