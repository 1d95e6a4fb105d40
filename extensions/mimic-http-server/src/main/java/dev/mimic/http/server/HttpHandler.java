package dev.mimic.http.server;

/** A function that answers the requests of an {@link HttpServer}. Must be thread-safe. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Answers a request. Runs in a virtual thread and can block. The thread is interrupted if the
   * server is stopped forcibly.
   *
   * <p>The request's body can be read until the response's body has been sent. The server sends the
   * response and closes its body.
   *
   * @throws Exception if the request fails; the client gets status 500 and the reporter this
   *     exception. The failure of a malformed request body is status 400.
   */
  HttpResponse handle(HttpRequest request) throws Exception;
}
