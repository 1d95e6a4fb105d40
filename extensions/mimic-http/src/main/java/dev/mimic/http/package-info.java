/**
 * HTTP/1.1 and HTTP/2 over the flows that a resolver gives: {@link dev.mimic.http.Http} and {@link
 * dev.mimic.http.HttpServer}. Start there; {@link dev.mimic.http.HttpModule} contributes the
 * schemes.
 *
 * <p>Jetty speaks the protocols; its classes are in no signature. {@code FlowEndPoint} is where it
 * meets a flow, {@code ClientEngine} and {@code FlowConnector} are all that sets it up.
 */
@NullMarked
package dev.mimic.http;

import org.jspecify.annotations.NullMarked;
