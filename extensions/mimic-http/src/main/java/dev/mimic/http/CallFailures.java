package dev.mimic.http;

import dev.mimic.ResolutionException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import okhttp3.Interceptor;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;

/**
 * An interceptor that repeats failed calls on another connection, and unwraps failures of the
 * resolver. It repeats these requests:
 *
 * <ul>
 *   <li>A request that the server has not processed (REFUSED_STREAM and GOAWAY; RFC 9113, section
 *       8.7). OkHttp 5.5 repeats it only if it has another route.
 *   <li>A request whose HTTP/2 connection has ended. OkHttp can get two such connections in
 *       succession, and can lose a response that arrives with the end.
 *   <li>A request that was not sent because its HTTP/2 connection was about to end.
 *   <li>A request to a server that refused its own name in the TLS handshake.
 * </ul>
 *
 * <p>A repetition starts with the first request of the call. It therefore does not take place after
 * a redirection if the first request is not idempotent.
 *
 * <p>A failed connection is reported by the resolver's own exception, which describes the attempts
 * and the remedy. OkHttp's message shows only a socket address.
 */
final class CallFailures implements Interceptor {
  private static final int MAX_ATTEMPTS = 3;

  @Override
  public Response intercept(Chain chain) throws IOException {
    ExchangeChecks.Attempt exchanges = ExchangeChecks.Attempt.of(chain);
    for (int attempt = 1; ; attempt++) {
      exchanges.begin();
      boolean isLast = attempt == MAX_ATTEMPTS || chain.call().isCanceled();
      try {
        return chain.proceed(chain.request());
      } catch (StreamResetException e) {
        if (isLast || e.errorCode != ErrorCode.REFUSED_STREAM || !canBeRepeated(chain)) {
          throw e;
        }
      } catch (ExchangeChecks.EndedConnectionException e) {
        if (isLast || !canBeRepeated(chain)) {
          throw e.failure();
        }
      } catch (ConnectionShutdownException | TlsSocketFactory.RefusedNameException e) {
        if (isLast || !(exchanges.isUnanswered() || canBeRepeated(chain))) {
          throw e;
        }
      } catch (IOException e) {
        throw cause(e);
      }
    }
  }

  private static boolean canBeRepeated(Chain chain) {
    RequestBody body = chain.request().body();
    return chain.getRetryOnConnectionFailure()
        && ExchangeChecks.Attempt.of(chain).mayBeRepeated()
        && (body == null || !(body.isOneShot() || body.isDuplex()));
  }

  /** Returns the resolver's exception if it is the cause of a socket failure. */
  private static IOException cause(IOException failure) {
    boolean isSocketFailure =
        (failure instanceof SocketException
                || failure instanceof UnknownHostException
                || failure instanceof SocketTimeoutException)
            && failure.getClass().getPackageName().equals("java.net");
    for (Throwable cause = failure; isSocketFailure && cause != null; cause = cause.getCause()) {
      if (cause instanceof ResolutionException resolverFailure) {
        return resolverFailure;
      }
    }
    return failure;
  }
}
