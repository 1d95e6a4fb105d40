package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import java.io.IOException;

/** What is said to a proxy before it passes bytes on. Thread-safe. */
interface Dialogue {
  /** Returns what the layer is called, such as {@code socks5}. */
  String protocol();

  /**
   * Asks for a connection, and returns when it stands. Reads not one byte more than the answer:
   * what follows is the other side's.
   *
   * @throws java.net.ConnectException if the proxy says that there is none to be had
   * @throws IOException if the proxy refuses, or speaks another protocol
   */
  void ask(Flow proxy, HostPort to) throws IOException;
}
