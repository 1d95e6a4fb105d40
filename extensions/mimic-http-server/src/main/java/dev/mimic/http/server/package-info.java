/**
 * A server for HTTP/1.1 and HTTP/2 over the flows of a listener. Start with {@link
 * dev.mimic.http.server.HttpServer}, or with {@link dev.mimic.http.server.FlowConnector} for
 * programs that have their own Jetty, such as those of Spring Boot.
 *
 * <p>Jetty implements the protocols. {@code FlowEndPoint} connects Jetty to a flow. {@code
 * RequestRules} adds checks of requests to those of Jetty. {@code HandlerBridge} calls the {@link
 * dev.mimic.http.server.HttpHandler}.
 */
@NullMarked
package dev.mimic.http.server;

import org.jspecify.annotations.NullMarked;
