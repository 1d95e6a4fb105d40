package dev.mimic;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * A resolver of addresses that are known only at run time: connects a {@link Flow} to an address,
 * or opens a {@link FlowListener} on it. Immutable and thread-safe. It owns no connection and no
 * thread, so there is nothing to close.
 *
 * <p>The protocols and the network are chosen when the resolver is built: by a set of Guice
 * modules, or by a {@link ResolverBuilder}.
 *
 * <p>A failure is a {@link ResolutionException}: an {@link AddressException} if the address cannot
 * be parsed, a {@link ResolutionTimeoutException} if the time limit was exceeded. If the thread is
 * interrupted before or during the call, the failure is a {@link
 * java.nio.channels.ClosedByInterruptException}, and the interrupt status stays set. A failed call
 * leaves nothing open.
 */
public interface MimicResolver {

  /** Returns a builder of a resolver, for programs without Guice. */
  static ResolverBuilder builder() {
    return new ResolverBuilder();
  }

  /**
   * Connects to this address. The caller owns the flow. Blocks until the connection is established,
   * for at most {@link #timeout()}.
   */
  Flow resolve(String address) throws IOException;

  /** Connects to this address, as {@link URI#toString} prints it. */
  default Flow resolve(URI address) throws IOException {
    return resolve(address.toString());
  }

  /**
   * Connects to the endpoint of this context. If it has a {@link Address#SCHEME}, the protocol of
   * that scheme connects. Otherwise the protocols whose endpoint it holds are tried, and if it
   * holds none, all those whose endpoint can be derived. The caller owns the flow.
   */
  Flow resolve(Context context) throws IOException;

  /**
   * Listens on this address. The caller owns the listener. Blocks for at most {@link #timeout()},
   * which does not limit the listener. A port of 0 lets the network choose, and {@link
   * FlowListener#address()} returns the address with the chosen port.
   */
  FlowListener listen(String address) throws IOException;

  /**
   * Returns the plan to connect to this address. Runs the derivations and connects nothing. If the
   * address cannot be connected to, the plan gives the reason.
   */
  Plan plan(String address);

  /** Returns the plan to connect to this context. */
  Plan plan(Context context);

  /**
   * Returns the value of a key, explicit or derived, as a resolution would find it; the first, if
   * there are several. Runs the derivations that the key needs, and connects nothing. Use it in
   * code that does the work of a protocol, such as an upgrade of an existing connection to TLS.
   *
   * @throws ResolutionException if the key has no value here, with the reason
   */
  <T> T value(Key<T> key) throws ResolutionException;

  /**
   * Returns a resolver with these values and derivations added. They take precedence over those of
   * an address, of this resolver, and of earlier calls of this method. A context that is resolved
   * takes precedence over them.
   */
  MimicResolver with(Context extra);

  /** Returns a resolver with this value added, as {@link #with(Context)} does. */
  default <T> MimicResolver with(Key<T> key, T value) {
    return with(Context.empty().with(key, value));
  }

  /**
   * Returns a resolver with another time limit for resolving and listening. It covers name
   * look-ups, all attempts and handshakes.
   *
   * @throws IllegalArgumentException if {@code timeout} is not positive
   */
  MimicResolver withTimeout(Duration timeout);

  /** Returns the time limit of a resolution. Defaults to 30 seconds. */
  Duration timeout();

  /** Returns the contents of this resolver, with findings about them. */
  Inventory inventory();
}
