package dev.mimic.http.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request that does not follow the protocol. Thrown by the stream of its body. */
final class MalformedRequestException extends IOException {
  MalformedRequestException(String reason, @Nullable Throwable cause) {
    super("malformed request: " + reason, cause);
  }
}
