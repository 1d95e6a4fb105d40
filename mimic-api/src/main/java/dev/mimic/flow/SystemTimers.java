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
 * Tasks that run when their time has come, in the system's time.
 *
 * <p>The JDK's own timer thread serves it, so that nobody has a thread to own and to end. That
 * thread wakes for each timer that is set and for each that is cancelled. A deadline is one that is
 * cancelled long before it is due; so it is kept here, and the JDK has one timer, the alarm, which
 * is no later than the first task. It is left alone when that task is cancelled: it rings once for
 * nothing, and is then set anew.
 */
final class SystemTimers {
  private final ReentrantLock lock = new ReentrantLock(); // guards all that follows
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

  /** Sets the alarm for the first task, unless there is one that rings before. */
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

  /** A task, the first of those that are due together being the one that was scheduled first. */
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

    /** Takes it off the JDK's queue. */
    void cancel() {
      rings.complete(false);
    }
  }
}
