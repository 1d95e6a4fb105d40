package dev.mimic.http;

import dev.mimic.ResolutionException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
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
 *   <li>A request to a server that refused its own name in the TLS handshake.
 * </ul>
 *
 * <p>Where no connection could be made, the resolver's own exception is thrown, which says what was
 * tried and what to do: OkHttp's message names a socket address.
 */
final class CallFailures implements Interceptor {
  private static final int MOST_ATTEMPTS = 3;

  @Override
  public Response intercept(Chain chain) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return chain.proceed(chain.request());
      } catch (StreamResetException e) {
        if (attempt == MOST_ATTEMPTS
            || e.errorCode != ErrorCode.REFUSED_STREAM
            || !canBeSentAgain(chain)) {
          throw e;
        }
      } catch (ExchangeChecks.EndedConnectionException e) {
        if (attempt == MOST_ATTEMPTS || !canBeSentAgain(chain)) {
          throw e.failure();
        }
      } catch (TlsSocketFactory.RefusedNameException e) {
        if (attempt == MOST_ATTEMPTS || chain.call().isCanceled()) {
          throw e;
        }
      } catch (IOException e) {
        throw cause(e);
      }
    }
  }

  private static boolean canBeSentAgain(Chain chain) {
    Request request = chain.request();
    RequestBody body = request.body();
    return chain.getRetryOnConnectionFailure()
        && !chain.call().isCanceled()
        && (body == null || !(body.isOneShot() || body.isDuplex()));
  }

  private static IOException cause(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ResolutionException ofTheResolver -> {
          return ofTheResolver;
        }
        case SSLException unused -> {
          return failure; // it says itself what to do
        }
        default -> {}
      }
    }
    return failure;
  }
}
