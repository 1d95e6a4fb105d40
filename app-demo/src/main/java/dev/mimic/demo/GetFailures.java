package dev.mimic.demo;

import dev.mimic.ResolutionException;
import dev.mimic.http.RefusedResponseException;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.StreamResetException;

/**
 * The messages for failed requests: one line each, which names the request. Nothing that the server
 * sent is quoted, since it may repeat a secret.
 */
final class GetFailures {
  private static final int FIRST_ERROR = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final String request;
  private final String origin;
  private final boolean hasLogin;
  private final Duration limit;

  GetFailures(Request request, Duration limit) {
    this.request = request.method() + " " + shown(request.url());
    this.origin = RequestOptions.origin(request.url());
    this.hasLogin = request.header("Authorization") != null;
    this.limit = limit;
  }

  private static String shown(HttpUrl url) {
    String query = url.encodedQuery() == null ? "" : "?…";
    return RequestOptions.origin(url) + url.encodedPath() + query;
  }

  /**
   * Checks the status of a response.
   *
   * @throws IOException if the status is 400 or more, or a redirect cannot be followed
   */
  void check(Response response) throws IOException {
    int status = response.code();
    if (status >= FIRST_ERROR) {
      throw failure("the server answered %d%s".formatted(status, meaning(status)));
    }
    if (response.isRedirect() && response.header("Location") != null) {
      throw failure("the server redirects to a URL that is not http or https");
    }
  }

  static boolean isError(Response response) {
    return response.code() >= FIRST_ERROR;
  }

  private String meaning(int status) {
    return switch (status) {
      case UNAUTHORIZED ->
          hasLogin
              ? ": is it the right user, and the right password?"
              : ": it requires a user and a password: add USER:PASSWORD@ before the host";
      case FORBIDDEN -> ": this user has no access";
      case NOT_FOUND -> ": there is nothing under this path";
      default -> "";
    };
  }

  IOException failure(String why) {
    return new IOException(request + ": " + why);
  }

  /** Returns the exception for a request that got no response. */
  IOException ofExchange(IOException failure, boolean late) {
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(failure);
    }
    if (late) {
      return because(failure, unanswered());
    }
    return switch (failure) {
      case ResolutionException unused -> failure;
      case SocketTimeoutException unused -> because(failure, unanswered());
      case SSLException unused ->
          new IOException(
              "cannot connect to %s: %s".formatted(origin, failure.getMessage()), failure);
      case RefusedResponseException refused -> because(failure, refused.reason());
      case ProtocolException unused -> because(failure, ofProtocol(failure));
      default ->
          because(
              failure,
              isEnd(failure)
                  ? "the server ended the connection before it answered: try again"
                  : String.valueOf(failure.getMessage()));
    };
  }

  private String unanswered() {
    return "the server has not answered within %s: try again, or raise --timeout"
        .formatted(seconds());
  }

  /** Returns the failure of a response whose content is incomplete. */
  IOException ofContent(IOException failure) {
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(failure);
    }
    if (failure instanceof SocketTimeoutException) {
      return because(
          failure,
          "the server has sent nothing more for %s: try again, or raise --timeout"
              .formatted(seconds()));
    }
    if (isEnd(failure)) {
      return because(
          failure, "the server ended the connection before the content was complete: try again");
    }
    return because(
        failure,
        switch (failure) {
          case RefusedResponseException refused -> refused.reason();
          case ProtocolException unused -> ofProtocol(failure);
          default -> String.valueOf(failure.getMessage());
        });
  }

  private String seconds() {
    BigDecimal seconds = BigDecimal.valueOf(limit.toNanos(), 9).stripTrailingZeros();
    return seconds.toPlainString() + "s";
  }

  /**
   * Returns OkHttp's reason, without text from the server. The patterns are those of OkHttp 5.5.
   */
  private static String ofProtocol(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.startsWith("Too many follow-up requests")) {
      return "the server redirects too many times";
    }
    if (message.startsWith("Received HTTP_PROXY_AUTH (407)")) {
      return "the server answered 407, which only a proxy may send";
    }
    return "the response is not valid HTTP";
  }

  private static boolean isUnexpectedEnd(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith("unexpected end of stream");
  }

  private static boolean isEnd(IOException failure) {
    return failure instanceof SocketException
        || failure instanceof EOFException
        || failure instanceof StreamResetException
        || failure instanceof ConnectionShutdownException
        || isUnexpectedEnd(failure);
  }

  private static IOException interrupted(IOException failure) {
    IOException interrupted = new ClosedByInterruptException();
    interrupted.initCause(failure);
    return interrupted;
  }

  private IOException because(IOException cause, String why) {
    return new IOException(request + ": " + why, cause);
  }
}
