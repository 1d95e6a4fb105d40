package dev.mimic.http;

/** What answers the requests of an {@link HttpServer}. Thread-safe. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Answers a request, in a virtual thread of its own; blocking is fine. The thread is interrupted
   * if the server is stopped by force.
   *
   * <p>The request's body is read as it comes, until this returns and the response's body is sent.
   * What is returned is sent, and its body closed then.
   *
   * @throws Exception which the client sees as status 500, and the server's reporter as it is
   */
  HttpResponse handle(HttpRequest request) throws Exception;
}
