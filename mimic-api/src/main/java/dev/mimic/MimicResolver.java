package dev.mimic;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * Turns an address that is known only at run time into a connected {@link Flow}, or into a {@link
 * FlowListener}. Immutable and thread-safe; owns no connection, no thread, and nothing that would
 * have to be closed.
 *
 * <p>Which protocols there are, and which network is under them, was decided when the resolver was
 * built: by a set of Guice modules, or by a {@link ResolverBuilder}.
 *
 * <p>What goes wrong is a {@link ResolutionException}: an {@link AddressException} if the address
 * cannot be understood, a {@link ResolutionTimeoutException} if the time was up. If the thread is
 * interrupted, before or during the call, it is a {@link
 * java.nio.channels.ClosedByInterruptException}, and the interrupt status stays set. Nothing is
 * left open then.
 */
public interface MimicResolver {

  /** Returns a builder of a resolver, for programs without Guice. */
  static ResolverBuilder builder() {
    return new ResolverBuilder();
  }

  /** Connects to this address, within the resolver's default time; the caller owns the flow. */
  default Flow resolve(String address) throws IOException {
    return resolve(address, Context.empty(), defaultTimeout());
  }

  /** Connects to this address, as it prints, within the resolver's default time. */
  default Flow resolve(URI address) throws IOException {
    return resolve(address.toString());
  }

  /**
   * Connects to this address.
   *
   * @param extra values and derivations that come before the address's and the resolver's own
   * @param timeout covers the whole resolution, look-ups and handshakes included; positive
   */
  Flow resolve(String address, Context extra, Duration timeout) throws IOException;

  /**
   * Connects to what this context describes. If it has a {@link Address#SCHEME}, that scheme's
   * protocol carries it; otherwise the protocols whose endpoint it holds do, and if it holds none,
   * all those whose endpoint can be derived.
   *
   * @param timeout covers the whole resolution; positive
   */
  Flow resolve(Context context, Duration timeout) throws IOException;

  /** Listens on this address; the caller owns the listener. */
  default FlowListener listen(String address) throws IOException {
    return listen(address, Context.empty());
  }

  /**
   * Listens on this address. A port of 0 lets the network choose; {@link FlowListener#address()}
   * says which.
   *
   * @param extra values and derivations that come before the address's and the resolver's own
   */
  FlowListener listen(String address, Context extra) throws IOException;

  /** Returns how this address would be connected to. */
  default Plan plan(String address) {
    return plan(address, Context.empty());
  }

  /**
   * Returns how this address would be connected to: runs the derivations and connects nothing. An
   * address that cannot be connected to has a plan too, which says why.
   */
  Plan plan(String address, Context extra);

  /** Returns how this context would be connected to. */
  Plan plan(Context context);

  /**
   * Returns the value of a key, explicit or derived, as a resolution of this context would find it:
   * the first, if there are several. For code that does by itself what a protocol does with its
   * endpoint, such as an upgrade to TLS of a connection that exists already. Runs the derivations
   * that the key needs, and connects nothing.
   *
   * @param context comes before what the resolver itself has
   * @throws ResolutionException if the key has no value here, with the reason
   */
  <T> T value(Key<T> key, Context context) throws ResolutionException;

  /** Returns what this resolver was built with, and what is doubtful about it. */
  Inventory inventory();

  /** Returns the time that a resolution has if none is given: 30 seconds unless set otherwise. */
  Duration defaultTimeout();
}
