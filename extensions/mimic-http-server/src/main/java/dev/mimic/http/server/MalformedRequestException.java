package dev.mimic.http.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The failure of a request that violates the protocol. Thrown by the stream of its body. */
final class MalformedRequestException extends IOException {
  MalformedRequestException(String reason, @Nullable Throwable cause) {
    super("malformed request: " + reason, cause);
  }
}
