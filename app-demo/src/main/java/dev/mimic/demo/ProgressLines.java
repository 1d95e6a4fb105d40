package dev.mimic.demo;

import java.io.PrintWriter;
import java.time.Duration;
import org.eclipse.jgit.lib.BatchingProgressMonitor;

/** Tells how Git gets on: a line for each task that has ended, and one a second in long ones. */
final class ProgressLines extends BatchingProgressMonitor {
  private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

  private final PrintWriter out;
  private long toldAt = System.nanoTime();

  ProgressLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  protected void onUpdate(String task, int done, Duration since) {
    tellNowAndThen("%s: %d".formatted(Visible.whole(task), done));
  }

  @Override
  protected void onEndTask(String task, int done, Duration since) {
    out.printf("%s: %d, done%n", Visible.whole(task), done);
  }

  @Override
  protected void onUpdate(String task, int done, int all, int percent, Duration since) {
    tellNowAndThen("%s: %d %% (%d of %d)".formatted(Visible.whole(task), percent, done, all));
  }

  @Override
  protected void onEndTask(String task, int done, int all, int percent, Duration since) {
    out.printf("%s: %d of %d, done%n", Visible.whole(task), done, all);
  }

  private void tellNowAndThen(String line) {
    long now = System.nanoTime();
    if (now - toldAt >= BETWEEN_NANOS) {
      toldAt = now;
      out.println(line);
    }
  }
}
