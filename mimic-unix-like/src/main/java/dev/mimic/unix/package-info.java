/**
 * The host's own network as a deployment target.
 *
 * <p>Start with {@link dev.mimic.unix.TcpNetwork}: it looks a host up ({@link
 * dev.mimic.unix.NameResolver}), connects to the first of its addresses that answers ({@code
 * HappyEyeballs}), and gives flows over a socket ({@code SocketFlow}).
 */
@NullMarked
package dev.mimic.unix;

import org.jspecify.annotations.NullMarked;
