package dev.mimic.tls;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.TimeSource;
import java.io.Closeable;
import java.io.IOException;

/**
 * Accepts flows, and speaks TLS over them.
 *
 * @param scheme what its address begins with
 */
record TlsListener(FlowListener below, TlsServer server, String scheme, TimeSource time)
    implements FlowListener {

  @Override
  public Flow accept() throws IOException {
    return server.over(below.accept(), time);
  }

  @Override
  public String address() {
    String lower = below.address();
    return scheme + lower.substring(lower.indexOf(':'));
  }

  @Override
  public TimeSource timeSource() {
    return time;
  }

  @Override
  public void close() throws IOException {
    below.close();
  }

  /** Returns {@link #address}. */
  @Override
  public String toString() {
    return address();
  }

  static void closeOnto(Throwable failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
