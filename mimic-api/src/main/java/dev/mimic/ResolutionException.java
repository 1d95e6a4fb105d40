package dev.mimic;

import java.io.IOException;

/** An address, or a context, did not become a connected flow. */
public class ResolutionException extends IOException {

  ResolutionException(String message) {
    super(message);
  }
}
