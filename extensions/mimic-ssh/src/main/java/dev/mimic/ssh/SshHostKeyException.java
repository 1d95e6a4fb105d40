package dev.mimic.ssh;

import java.io.IOException;

/** A host's key is not the one that is known, or none is known. The message has its fingerprint. */
public final class SshHostKeyException extends IOException {
  SshHostKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
