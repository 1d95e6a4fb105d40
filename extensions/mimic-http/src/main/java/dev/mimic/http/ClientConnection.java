package dev.mimic.http;

import dev.mimic.TimeSource;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.ConnectionPool.MaxMultiplexable;
import org.jspecify.annotations.Nullable;

/** A connection of a client. What changes is guarded by the lock of {@link Connections}. */
final class ClientConnection {
  private final Connection jetty;
  private final ClientEngine.OwnDestination destination;
  private final FlowEndPoint endPoint;
  private final HttpVersion version;

  int inUse;
  boolean wasUsed;
  TimeSource.@Nullable Timer idle;
  private volatile boolean ended;

  ClientConnection(
      Connection jetty,
      ClientEngine.OwnDestination destination,
      FlowEndPoint endPoint,
      HttpVersion version) {
    this.jetty = jetty;
    this.destination = destination;
    this.endPoint = endPoint;
    this.version = version;
  }

  Connection jetty() {
    return jetty;
  }

  FlowEndPoint endPoint() {
    return endPoint;
  }

  HttpVersion version() {
    return version;
  }

  /** Returns whether a new request may be sent over it, as far as is known. */
  boolean isFresh() {
    return !destination.isRetired() && !jetty.isClosed() && endPoint.isOpen();
  }

  /** Returns how many requests it can carry at once. */
  int capacity() {
    if (version == HttpVersion.HTTP_1_1) {
      return 1;
    }
    int streams = jetty instanceof MaxMultiplexable multiplex ? multiplex.getMaxMultiplex() : 1;
    return streams < 0 ? Integer.MAX_VALUE : streams;
  }

  /** Returns whether the client was closed under it. */
  boolean isEndedHere() {
    return ended;
  }

  /** Ends it, and the requests that it carries, as the client is closed. */
  void end() {
    ended = true;
    close();
  }

  /** Closes it, which carries no request, or has failed. */
  void close() {
    jetty.close();
    endPoint.close();
  }
}
