package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;

/** A server that greets, and a client that meets it again and again. */
final class TlsMeetings implements Closeable {
  private static final int CHUNK_BYTES = 1;

  private final TlsStack client;
  private final TlsStack server;
  private final int port;
  private boolean hasMet; // whether there is a session to be resumed

  /** Makes both of the same make. */
  TlsMeetings(TlsPeer peer, TlsPeer.Transport transport, TlsCredentials credentials)
      throws IOException {
    client = peer.stack(transport, credentials, TlsContent.inChunksOf(CHUNK_BYTES));
    server = client; // a network in memory is the stack's own
    port = server.serve(TlsServing.GREET);
  }

  /** Makes them of two makes, over loopback. */
  TlsMeetings(TlsPeer clients, TlsPeer servers, TlsCredentials credentials) throws IOException {
    TlsContent content = TlsContent.inChunksOf(CHUNK_BYTES);
    client = clients.stack(TlsPeer.Transport.LOOPBACK, credentials, content);
    server = servers.stack(TlsPeer.Transport.LOOPBACK, credentials, content);
    port = server.serve(TlsServing.GREET);
  }

  /** Meets with a full handshake. */
  void full() throws IOException {
    meet(true);
  }

  /** Connects with a handshake that resumes the session, except for the first time. */
  void resumed() throws IOException {
    meet(false);
  }

  private void meet(boolean forget) throws IOException {
    boolean resumed = client.meet(port, forget);
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
    try {
      client.close();
    } finally {
      server.close(); // again, if it is the same; nobody minds
    }
  }
}
