/**
 * The host's own network as a deployment target.
 *
 * <p>Start with {@link dev.mimic.unix.TcpNetwork}: it looks a host up ({@link
 * dev.mimic.unix.NameResolver}), connects to the first of its addresses that answers ({@code
 * HappyEyeballs}), and gives flows over a socket ({@code SocketFlow}). {@link
 * dev.mimic.unix.UnixProtocol} gives the same flows over Unix domain sockets; how its listeners
 * share a file system is in {@code SocketClaim}.
 */
@NullMarked
package dev.mimic.unix;

import org.jspecify.annotations.NullMarked;
