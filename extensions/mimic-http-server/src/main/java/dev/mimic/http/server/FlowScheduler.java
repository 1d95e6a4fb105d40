package dev.mimic.http.server;

import dev.mimic.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Jetty's time-outs on a time source; it owns no thread. */
final class FlowScheduler extends AbstractLifeCycle implements Scheduler {
  private final TimeSource time;

  FlowScheduler(TimeSource time) {
    this.time = time;
  }

  @Override
  public Task schedule(Runnable task, long delay, TimeUnit unit) {
    AtomicBoolean begun = new AtomicBoolean(); // or cancelled
    TimeSource.Timer timer =
        time.schedule(
            Duration.of(delay, unit.toChronoUnit()),
            () -> {
              if (begun.compareAndSet(false, true)) {
                task.run();
              }
            });
    return () -> {
      timer.cancel();
      return begun.compareAndSet(false, true);
    };
  }
}
