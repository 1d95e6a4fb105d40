package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import javax.net.ssl.SSLSession;

/** One end of a TLS connection of any implementation. Used by one thread. */
interface TlsEnd extends Closeable {
  /** Sends more bytes, a multiple of the chunk. Returns when they are accepted. */
  void send(long bytes) throws IOException;

  /** Waits for more bytes, and checks them. */
  void receive(long bytes) throws IOException;

  /** Returns the processor time of the thread that does the work of this end. */
  long cpuNanos();

  SSLSession session();

  /**
   * Returns whether a client's session was resumed. It is asked once for each connection: what it
   * puts into a session is there again when that is resumed.
   */
  static boolean isResumed(SSLSession session) {
    boolean resumed = session.getValue("used") != null;
    session.putValue("used", "before");
    return resumed;
  }
}
