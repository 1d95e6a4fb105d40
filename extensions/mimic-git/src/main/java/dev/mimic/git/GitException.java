package dev.mimic.git;

import java.io.IOException;

/**
 * Thrown if a Git operation fails. The message is one line with the address, the cause and a
 * remedy. It contains no password.
 */
public class GitException extends IOException {
  GitException(String message) {
    super(message);
  }

  GitException(String message, Throwable cause) {
    super(message, cause);
  }
}
