package dev.mimic.http;

import java.net.ProtocolException;
import okhttp3.Response;

/**
 * The failure of a call whose response OkHttp accepts but a client of {@link Http} refuses. The
 * message quotes nothing of the response, except the scheme, host and port of a redirection.
 */
public final class RefusedResponseException extends ProtocolException {
  private final String reason;

  RefusedResponseException(Response response, String reason) {
    super(response.request().url().redact() + ": " + reason);
    this.reason = reason;
  }

  /** Returns the message without the URL of the request. */
  public String reason() {
    return reason;
  }
}
