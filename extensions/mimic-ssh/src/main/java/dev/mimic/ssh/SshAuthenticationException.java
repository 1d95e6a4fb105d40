package dev.mimic.ssh;

import java.io.IOException;

/** A server takes none of the keys, nor the password, that it was shown. */
public final class SshAuthenticationException extends IOException {
  SshAuthenticationException(String message, Throwable cause) {
    super(message, cause);
  }
}
