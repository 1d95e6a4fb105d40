package dev.mimic.http;

import org.eclipse.jetty.io.ClientConnector;

/** What Jetty's client takes its threads and buffers from; it opens nothing and has no selector. */
final class NoSockets extends ClientConnector {
  @Override
  protected void doStart() {}

  @Override
  protected void doStop() {}
}
