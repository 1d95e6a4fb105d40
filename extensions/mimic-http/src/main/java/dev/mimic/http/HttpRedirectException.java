package dev.mimic.http;

import java.io.IOException;

/** A redirection that was not followed: too many, a loop, or one that is not safe to follow. */
public final class HttpRedirectException extends IOException {

  HttpRedirectException(String message) {
    super(message);
  }
}
