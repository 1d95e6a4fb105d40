package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import java.io.IOException;

/** A handshake with a proxy, after which the proxy relays bytes to the destination. Thread-safe. */
interface ProxyHandshake {
  /** Returns the name of the layer in descriptions of flows, such as {@code socks5}. */
  String protocol();

  /**
   * Requests a connection and returns when it is established. Reads no byte beyond the response,
   * since all further bytes belong to the destination.
   *
   * @throws java.net.ConnectException if the proxy reports that it cannot connect
   * @throws IOException if the proxy refuses the request or does not speak this protocol
   */
  void connect(Flow proxy, HostPort to) throws IOException;
}
