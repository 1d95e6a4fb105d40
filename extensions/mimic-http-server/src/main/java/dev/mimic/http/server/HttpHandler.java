package dev.mimic.http.server;

/** The code that answers the requests of an {@link HttpServer}. Thread-safe. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Answers a request, in a virtual thread; blocking is fine. The thread is interrupted if the
   * server is stopped by force.
   *
   * <p>The request's body is read as it comes, until this returns and the response's body is sent.
   * The response that this returns is sent, and its body closed then.
   *
   * @throws Exception which the client sees as status 500, and the server's reporter as it is; a
   *     failure of a malformed request body is status 400
   */
  HttpResponse handle(HttpRequest request) throws Exception;
}
