package dev.mimic.unix;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the addresses of a host name. Thread-safe.
 *
 * <p>It may block: a look-up runs in a daemon thread of its own, and the one who asked waits for it
 * no longer than its deadline, or until interrupted. A look-up that nobody waits for any more goes
 * on in its thread until it ends by itself. Address literals are never looked up.
 */
@FunctionalInterface
public interface NameResolver {

  /**
   * Returns the addresses of a host, the preferred first.
   *
   * @throws java.net.UnknownHostException if the host has no address; so does an empty list
   * @throws IOException if it could not be found out
   */
  List<InetAddress> resolve(String host) throws IOException;

  /** Returns the resolver of the JDK: the host's own, in the order and for the time it caches. */
  static NameResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
