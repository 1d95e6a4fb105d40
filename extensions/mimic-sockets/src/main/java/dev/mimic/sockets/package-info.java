/**
 * The bridge from flows to {@code java.net.Socket}, over which existing Java clients and servers
 * run unchanged. Start with {@link dev.mimic.sockets.FlowSocketFactory}, which a client is given,
 * and {@link dev.mimic.sockets.FlowServerSocketFactory}, which a server is; {@link
 * dev.mimic.sockets.FlowSockets} makes a socket of a flow that stands already.
 */
@NullMarked
package dev.mimic.sockets;

import org.jspecify.annotations.NullMarked;
