package dev.mimic.ssh;

import java.io.IOException;

/** Thrown if a host's key is unknown, changed or revoked. The message contains its fingerprint. */
public final class SshHostKeyException extends IOException {
  SshHostKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
