package dev.mimic.unix;

import dev.mimic.IpAddresses;
import dev.mimic.flow.BlockingCall;
import dev.mimic.flow.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * A name look-up that a deadline or an interrupt ends.
 *
 * @param names the resolver
 */
record NameLookup(NameResolver names) {

  /**
   * Returns the distinct addresses of a name, at least one, or the address of a literal.
   *
   * @throws UnknownHostException if the host has no address
   */
  List<InetAddress> addresses(String host, Deadline deadline) throws IOException {
    Optional<InetAddress> literal = IpAddresses.literal(host);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    List<InetAddress> found = lookUp(host, deadline);
    if (found.isEmpty()) {
      throw new UnknownHostException("host %s has no address".formatted(host));
    }
    return found.stream().distinct().toList();
  }

  /**
   * Looks up a name on a platform thread: a native look-up would pin the carrier of a virtual one.
   */
  private List<InetAddress> lookUp(String host, Deadline deadline) throws IOException {
    return BlockingCall.of("look-up of " + host, () -> resolve(host))
        .onPlatformThread()
        .run(deadline);
  }

  private List<InetAddress> resolve(String host) throws IOException {
    try {
      return List.copyOf(names.resolve(host));
    } catch (UnknownHostException e) {
      String message = "unknown host %s (%s)".formatted(host, e.getMessage());
      throw (IOException) new UnknownHostException(message).initCause(e);
    } catch (IOException e) {
      throw new IOException("the look-up of %s failed: %s".formatted(host, e), e);
    }
  }
}
