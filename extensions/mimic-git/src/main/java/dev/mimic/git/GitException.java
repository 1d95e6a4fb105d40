package dev.mimic.git;

import java.io.IOException;

/**
 * Git could not do what was asked. The message is one line that names the address, the cause and
 * what to do; it holds no password.
 */
public class GitException extends IOException {
  GitException(String message) {
    super(message);
  }

  GitException(String message, Throwable cause) {
    super(message, cause);
  }
}
