/**
 * The bridge from flows to {@code java.net.Socket}, over which existing Java clients and servers
 * run unchanged. Start with {@link dev.mimic.sockets.FlowSocketFactory} for clients and {@link
 * dev.mimic.sockets.FlowServerSocketFactory} for servers. {@link dev.mimic.sockets.FlowSockets}
 * creates a socket over an existing flow.
 */
@NullMarked
package dev.mimic.sockets;

import org.jspecify.annotations.NullMarked;
