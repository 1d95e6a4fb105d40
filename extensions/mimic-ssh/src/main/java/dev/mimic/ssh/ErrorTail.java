package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** The last bytes of a command's standard error. Thread-safe. */
final class ErrorTail {
  private static final int MOST_BYTES = 4096;

  private byte[] last = new byte[0];

  synchronized void add(byte[] bytes, int offset, int length) {
    int kept = Math.min(last.length, Math.max(0, MOST_BYTES - length));
    int added = Math.min(length, MOST_BYTES);
    byte[] both = Arrays.copyOfRange(last, last.length - kept, last.length + added);
    System.arraycopy(bytes, offset + length - added, both, kept, added);
    last = both;
  }

  /** Returns it as one line, behind a colon; nothing if there was nothing. */
  synchronized String afterColon() {
    String text = new String(last, UTF_8).strip().replaceAll("\\R+", "; ");
    return text.isEmpty() ? "" : ": " + text.replaceAll("\\p{Cntrl}", "?");
  }
}
