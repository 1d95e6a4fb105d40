package dev.mimic.git;

import java.net.HttpURLConnection;
import java.net.SocketException;
import java.util.function.UnaryOperator;
import okhttp3.Response;

/**
 * A server's refusal of a request, with what the server said of it.
 *
 * <p>It is a {@link SocketException} because JGit gives up at once for one. For any other failure
 * it tries the request again, without credentials.
 */
final class HttpRefusal extends SocketException {
  private HttpRefusal(String message) {
    super(message);
  }

  /**
   * Returns what to throw for this response.
   *
   * @param reason what the server has written for people, if anything
   * @param scrub leaves out what must not be shown
   */
  static HttpRefusal of(Response response, String reason, UnaryOperator<String> scrub) {
    String answer =
        switch (response.code()) {
          case HttpURLConnection.HTTP_UNAUTHORIZED ->
              "the server wants a user and a password that it knows";
          case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_GONE ->
              "there is no such repository, or not for this user";
          case HttpURLConnection.HTTP_FORBIDDEN -> "the server has not permitted it";
          default -> "the server has refused it";
        };
    String said = response.code() + " " + response.message();
    String whole = reason.isBlank() ? said : said.strip() + ": " + reason;
    return new HttpRefusal("%s (%s)".formatted(answer, OneLine.of(scrub.apply(whole))));
  }
}
