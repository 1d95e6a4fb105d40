package dev.mimic.git;

import java.net.HttpURLConnection;
import java.net.SocketException;
import java.util.function.UnaryOperator;
import okhttp3.Response;

/**
 * Thrown if a server refuses a request. The message contains the reason that the server gave.
 *
 * <p>This is a {@link SocketException} because JGit then fails at once. For any other exception, it
 * repeats the request without credentials.
 */
final class HttpRefusal extends SocketException {
  private HttpRefusal(String message) {
    super(message);
  }

  /**
   * Returns an exception for a response.
   *
   * @param reason the text of the response, or an empty string
   * @param scrub removes secrets from a text
   */
  static HttpRefusal of(Response response, String reason, UnaryOperator<String> scrub) {
    String answer =
        switch (response.code()) {
          case HttpURLConnection.HTTP_UNAUTHORIZED ->
              "the server requires a valid user and password: write user:password@ before the host";
          case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_GONE ->
              "there is no such repository, or this user has no access to it";
          case HttpURLConnection.HTTP_FORBIDDEN -> "the server denied permission";
          default -> "the server refused the request";
        };
    String status = response.code() + " " + response.message();
    String whole = reason.isBlank() ? status : status.strip() + ": " + reason;
    return new HttpRefusal("%s (%s)".formatted(answer, OneLine.of(scrub.apply(whole))));
  }
}
