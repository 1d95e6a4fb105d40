/**
 * The host's own network as a deployment target.
 *
 * <p>Start with {@link dev.mimic.unix.TcpNetwork}. It looks up a host ({@link
 * dev.mimic.unix.NameResolver}), connects to the first of its addresses that answers ({@code
 * HappyEyeballs}), and returns a flow over a socket ({@code SocketFlow}). {@link
 * dev.mimic.unix.UnixProtocol} returns the same flows over Unix domain sockets. {@code
 * SocketPathLock} coordinates its listeners in the file system.
 */
@NullMarked
package dev.mimic.unix;

import org.jspecify.annotations.NullMarked;
