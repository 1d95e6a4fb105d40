package dev.mimic.demo;

import java.io.Closeable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * A progress line of a transfer: rewritten in place on a terminal, and erased at the end. There is
 * none in the first second, and none where standard error is not a terminal.
 */
final class TransferProgress implements Closeable {
  private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long BETWEEN_NANOS = Duration.ofMillis(200).toNanos();
  private static final int WIDTH = 60;
  private static final double SECOND_NANOS = 1e9;

  private final PrintWriter out;
  private final long offset;
  private final long all;
  private final long began = System.nanoTime();
  private long printedAt = began + FIRST_NANOS - BETWEEN_NANOS;
  private long moved;
  private Terminal terminal = Terminal.UNKNOWN;

  private enum Terminal {
    UNKNOWN,
    PRESENT,
    ABSENT
  }

  /**
   * Starts the time.
   *
   * @param offset the number of bytes before the transfer
   * @param all the number of bytes after the transfer, negative if unknown
   */
  TransferProgress(PrintWriter out, long offset, long all) {
    this.out = out;
    this.offset = offset;
    this.all = all;
  }

  /** Counts transferred bytes. */
  void moved(long count) {
    moved += count;
    long now = System.nanoTime();
    if (terminal != Terminal.ABSENT && now - printedAt >= BETWEEN_NANOS) {
      printedAt = now;
      if (terminal == Terminal.UNKNOWN) {
        terminal = StandardOutput.isTerminal(2) ? Terminal.PRESENT : Terminal.ABSENT;
      }
      if (terminal == Terminal.PRESENT) {
        write(line(now - began));
      }
    }
  }

  private String line(long nanos) {
    long done = offset + moved;
    double bytesInSecond = moved * SECOND_NANOS / nanos;
    if (all < 0) {
      return "%s, %s/s".formatted(size((double) done), size(bytesInSecond));
    }
    long percent = all == 0 ? 100 : (long) (100.0 * done / all);
    return "%d %% of %s, %s/s, %d s left"
        .formatted(
            percent,
            size((double) all),
            size(bytesInSecond),
            (long) Math.ceil((all - done) / bytesInSecond));
  }

  private static String size(double bytes) {
    double shown = bytes;
    for (String unit : new String[] {"B", "kB", "MB", "GB"}) {
      if (shown < 1000) {
        return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", shown, unit);
      }
      shown /= 1000;
    }
    return String.format(Locale.ROOT, "%.1f TB", shown);
  }

  private void write(String line) {
    out.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
    out.flush();
  }

  /** Erases the line. */
  @Override
  public void close() {
    if (terminal == Terminal.PRESENT) {
      write("");
      out.print("\r");
      out.flush();
    }
  }
}
