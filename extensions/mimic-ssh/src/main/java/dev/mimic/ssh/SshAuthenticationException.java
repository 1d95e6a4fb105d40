package dev.mimic.ssh;

import java.io.IOException;

/** Thrown if a server accepts neither the offered keys nor the password. */
public final class SshAuthenticationException extends IOException {
  SshAuthenticationException(String message, Throwable cause) {
    super(message, cause);
  }
}
