package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import javax.net.ssl.SSLSession;

/** One end of a TLS connection, whoever speaks it there. Used by one thread. */
interface TlsEnd extends Closeable {
  /** Sends so many bytes more, a multiple of the chunk; returns when they are accepted. */
  void send(long bytes) throws IOException;

  /** Waits until so many bytes more have come, which are looked at. */
  void receive(long bytes) throws IOException;

  /** Returns the processor time of the thread that does the work of this end. */
  long cpuNanos();

  SSLSession session();
}
