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
 * Mends what a whole call fails with. Sent again, on another connection, are:
 *
 * <ul>
 *   <li>A request that the server says it has not processed (REFUSED_STREAM, and GOAWAY; RFC 9113,
 *       section 8.7). OkHttp 5.5 does that only where it has another route.
 *   <li>A request whose HTTP/2 connection has ended. OkHttp may meet two such connections in turn,
 *       and may lose a response with the end.
 *   <li>A request that was not sent, since its HTTP/2 connection was about to end.
 *   <li>A request to a server that refused its own name in the TLS handshake.
 * </ul>
 *
 * <p>Sending again begins with the first request of the call. So it is not done after a redirection
 * if that request may have no effect twice.
 *
 * <p>Where no connection could be made, the resolver's own exception is thrown, which says what was
 * tried and what to do: OkHttp's message names a socket address.
 */
final class CallFailures implements Interceptor {
  private static final int MOST_ATTEMPTS = 3;

  @Override
  public Response intercept(Chain chain) throws IOException {
    ExchangeChecks.Attempt exchanges = ExchangeChecks.Attempt.of(chain);
    for (int attempt = 1; ; attempt++) {
      exchanges.begin();
      boolean isLast = attempt == MOST_ATTEMPTS || chain.call().isCanceled();
      try {
        return chain.proceed(chain.request());
      } catch (StreamResetException e) {
        if (isLast || e.errorCode != ErrorCode.REFUSED_STREAM || !mayBeSentAgain(chain)) {
          throw e;
        }
      } catch (ExchangeChecks.EndedConnectionException e) {
        if (isLast || !mayBeSentAgain(chain)) {
          throw e.failure();
        }
      } catch (ConnectionShutdownException | TlsSocketFactory.RefusedNameException e) {
        if (isLast || !(exchanges.isUnanswered() || mayBeSentAgain(chain))) {
          throw e;
        }
      } catch (IOException e) {
        throw cause(e);
      }
    }
  }

  private static boolean mayBeSentAgain(Chain chain) {
    RequestBody body = chain.request().body();
    return chain.getRetryOnConnectionFailure()
        && ExchangeChecks.Attempt.of(chain).mayBeRepeated()
        && (body == null || !(body.isOneShot() || body.isDuplex()));
  }

  /** Returns the resolver's exception, if one of the JDK's or OkHttp's sockets has it as cause. */
  private static IOException cause(IOException failure) {
    boolean isOfSockets =
        (failure instanceof SocketException
                || failure instanceof UnknownHostException
                || failure instanceof SocketTimeoutException)
            && failure.getClass().getPackageName().equals("java.net");
    for (Throwable cause = failure; isOfSockets && cause != null; cause = cause.getCause()) {
      if (cause instanceof ResolutionException ofTheResolver) {
        return ofTheResolver;
      }
    }
    return failure;
  }
}
