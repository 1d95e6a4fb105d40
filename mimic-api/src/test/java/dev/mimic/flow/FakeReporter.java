package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A reporter that records the reports of a server. */
final class FakeReporter implements FlowServer.Reporter {
  record Report(String what, Throwable failure) {}

  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

  @Override
  public void report(String what, Throwable failure) {
    reports.add(new Report(what, failure));
  }

  boolean isEmpty() {
    return reports.isEmpty();
  }

  Report next() throws InterruptedException {
    return requireNonNull(reports.poll(20, TimeUnit.SECONDS), "no report");
  }
}
