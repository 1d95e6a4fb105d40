/**
 * A server of HTTP/1.1 and HTTP/2 over the flows that a listener accepts: {@link
 * dev.mimic.http.server.HttpServer}, and {@link dev.mimic.http.server.FlowConnector} for programs
 * that have a Jetty of their own, such as those of Spring Boot. Start there.
 *
 * <p>Jetty speaks the protocols. {@code FlowEndPoint} is where it meets a flow, {@code
 * RequestRules} what is asked of requests beyond Jetty's own checks, {@code HandlerBridge} the way
 * to an {@link dev.mimic.http.server.HttpHandler}.
 */
@NullMarked
package dev.mimic.http.server;

import org.jspecify.annotations.NullMarked;
