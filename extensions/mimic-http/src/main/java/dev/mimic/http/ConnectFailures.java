package dev.mimic.http;

import dev.mimic.ResolutionException;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Throws the resolver's own exception where a connection could not be made: OkHttp's message names
 * a socket address, the resolver's says what was tried and what to do.
 */
final class ConnectFailures implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    try {
      return chain.proceed(chain.request());
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof ResolutionException failure) {
          throw failure;
        }
      }
      throw e;
    }
  }
}
