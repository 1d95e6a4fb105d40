package dev.mimic.unix;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * A resolver of host names to addresses. Implementations must be thread-safe.
 *
 * <p>A resolver may block. Each look-up runs in its own daemon thread. The caller stops waiting
 * when its deadline passes or it is interrupted, and the look-up then continues in its thread until
 * it ends. Address literals are never looked up.
 */
@FunctionalInterface
public interface NameResolver {

  /**
   * Returns the addresses of a host, most preferred first.
   *
   * @throws java.net.UnknownHostException if the host has no address; an empty list means the same
   * @throws IOException if the look-up fails
   */
  List<InetAddress> resolve(String host) throws IOException;

  /** Returns the resolver of the JDK, with its order of addresses and its cache. */
  static NameResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
