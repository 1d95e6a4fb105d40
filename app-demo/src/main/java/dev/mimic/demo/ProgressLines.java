package dev.mimic.demo;

import dev.mimic.flow.MessageText;
import java.io.PrintWriter;
import java.time.Duration;
import org.eclipse.jgit.lib.BatchingProgressMonitor;

/** Progress of Git: a line at the end of each task, and one each second in a long task. */
final class ProgressLines extends BatchingProgressMonitor {
  private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

  private final PrintWriter out;
  private long printedAt = System.nanoTime();

  ProgressLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  protected void onUpdate(String task, int done, Duration since) {
    printSometimes("%s: %d".formatted(printable(task), done));
  }

  @Override
  protected void onEndTask(String task, int done, Duration since) {
    out.printf("%s: %d, done%n", printable(task), done);
  }

  @Override
  protected void onUpdate(String task, int done, int all, int percent, Duration since) {
    printSometimes("%s: %d %% (%d of %d)".formatted(printable(task), percent, done, all));
  }

  @Override
  protected void onEndTask(String task, int done, int all, int percent, Duration since) {
    out.printf("%s: %d of %d, done%n", printable(task), done, all);
  }

  private static String printable(String task) {
    return MessageText.oneLine(task, task.length());
  }

  private void printSometimes(String line) {
    long now = System.nanoTime();
    if (now - printedAt >= BETWEEN_NANOS) {
      printedAt = now;
      out.println(line);
    }
  }
}
