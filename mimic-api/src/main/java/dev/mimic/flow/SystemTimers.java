package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Timers on the system clock.
 *
 * <p>They use the timer thread of the JDK, so that there is no thread to own and to end. That
 * thread wakes for each timer that is set or cancelled. Most deadlines are cancelled long before
 * they are due. Therefore tasks are kept in this queue, and the JDK has a single timer, the alarm,
 * which is due no later than the first task. Cancelling that task leaves the alarm as it is: it
 * then fires once without a due task, and is set again.
 */
final class SystemTimers {
  private final ReentrantLock lock = new ReentrantLock(); // guards all fields below
  private final TreeSet<Task> tasks = new TreeSet<>(Task::compare);
  private long scheduled;
  private @Nullable Alarm alarm;

  TimeSource.Timer schedule(long delayNanos, Runnable action) {
    requireNonNull(action, "task");
    lock.lock();
    try {
      Task task = new Task(System.nanoTime() + delayNanos, scheduled++, action);
      tasks.add(task);
      setAlarm();
      return () -> cancel(task);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Task task) {
    lock.lock();
    try {
      tasks.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /** Sets the alarm for the first task, unless the alarm is due earlier. */
  private void setAlarm() {
    if (tasks.isEmpty()) {
      return;
    }
    long due = tasks.first().due;
    Alarm last = alarm;
    if (last != null) {
      if (last.due - due <= 0) {
        return;
      }
      last.cancel();
    }
    Alarm next = new Alarm(due);
    alarm = next;
    next.set(() -> ring(next));
  }

  private void ring(Alarm ringing) {
    for (Task task : takeDue(ringing)) {
      Thread.startVirtualThread(task.action);
    }
  }

  private List<Task> takeDue(Alarm ringing) {
    List<Task> due = new ArrayList<>();
    lock.lock();
    try {
      if (alarm == ringing) {
        alarm = null;
        long now = System.nanoTime();
        while (!tasks.isEmpty() && tasks.first().due - now <= 0) {
          due.add(requireNonNull(tasks.pollFirst()));
        }
        setAlarm();
      }
    } finally {
      lock.unlock();
    }
    return due;
  }

  /** A task. Of tasks that are due together, the one scheduled first is first. */
  private record Task(long due, long number, Runnable action) {
    static int compare(Task a, Task b) {
      return a.due == b.due ? Long.compare(a.number, b.number) : Long.signum(a.due - b.due);
    }
  }

  /** A timer of the JDK. */
  private static final class Alarm {
    private final long due;
    private final CompletableFuture<Boolean> rings = new CompletableFuture<>();

    Alarm(long due) {
      this.due = due;
    }

    void set(Runnable then) {
      var unused =
          rings.thenAccept(
              reached -> {
                if (reached) {
                  then.run();
                }
              });
      rings.completeOnTimeout(true, Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    /** Removes the alarm from the JDK's queue. */
    void cancel() {
      rings.complete(false);
    }
  }
}
