package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The runner of a line. It runs the line in a thread of a given kind with a time limit, closes the
 * resources of the line, and checks that its threads end.
 */
@TestMethodOrder(Contract.LineOrder.class)
@ExtendWith(Results.class)
abstract class Contract implements Lines {
  private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
  private final Queue<Running<?>> started = new ConcurrentLinkedQueue<>();
  private @Nullable ThreadKind kind;
  private @Nullable Settings settings;

  /** Opens the resources of every line. Called in the line's thread before the line. */
  abstract void begin() throws Exception;

  final void run(ThreadKind kind, Settings settings, Callable<?> line) throws Throwable {
    this.kind = kind;
    this.settings = settings;
    Running<?> running =
        Running.start(
            kind,
            settings.lineTimeout(),
            () -> {
              begin();
              return line.call();
            });
    Failures failures = new Failures();
    failures.add(running);
    end(running, failures);
    failures.throwFirst();
  }

  private void end(Running<?> line, Failures failures) {
    for (AutoCloseable each = opened.poll(); each != null; each = opened.poll()) {
      AutoCloseable next = each;
      failures.add(
          Running.start(
              kind(),
              settings().timeout(),
              () -> {
                close(next);
                return null;
              }));
    }
    started.add(line);
    for (Running<?> each = started.poll(); each != null; each = started.poll()) {
      failures.addIfRunning(each);
    }
  }

  private static void close(AutoCloseable opened) throws Exception {
    try {
      opened.close();
    } catch (IOException e) {
      // The lines test whether close throws; here it must only end.
    }
  }

  @Override
  public final ThreadKind kind() {
    return requireNonNull(kind, "kind: is this called from a line?");
  }

  private Settings settings() {
    return requireNonNull(settings, "settings: is this called from a line?");
  }

  @Override
  public final int repetitions() {
    return settings().repetitions();
  }

  @Override
  public final <T> Running<T> start(Callable<T> task) {
    Running<T> running = Running.start(kind(), settings().timeout(), task);
    started.add(running);
    return running;
  }

  @Override
  public final <C extends AutoCloseable> C closeAtEnd(C opened) {
    this.opened.push(opened);
    return opened;
  }

  @Override
  @SuppressWarnings("SystemOut") // the output of the test shows the seed
  public final Random random() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  /** The failures of a line; later failures are suppressed exceptions of the first. */
  static final class Failures {
    private @Nullable Throwable first;

    /** Waits for a task and adds its failure, or that it does not end. */
    void add(Running<?> running) {
      try {
        running.failure().ifPresent(this::add);
      } catch (AssertionError e) {
        add(e);
      }
    }

    /** Waits for a task; if it does not end, adds that as a failure and interrupts the task. */
    void addIfRunning(Running<?> running) {
      try {
        var unused = running.failure();
      } catch (AssertionError e) {
        add(
            new AssertionError(
                "a thread of this line has not ended after close: " + e.getMessage()));
        running.interrupt();
      }
    }

    private void add(Throwable failure) {
      if (first == null) {
        first = failure;
      } else {
        first.addSuppressed(failure);
      }
    }

    void throwFirst() throws Throwable {
      if (first != null) {
        throw first;
      }
    }
  }

  /** An order of tests by the numbers of the lines, followed by other tests of a subclass. */
  static final class LineOrder implements MethodOrderer {

    @Override
    public void orderMethods(MethodOrdererContext context) {
      context
          .getMethodDescriptors()
          .sort(Comparator.comparingInt(method -> number(method.findAnnotation(LineTest.class))));
    }

    private static int number(Optional<LineTest> line) {
      return line.map(LineTest::value).orElse(Integer.MAX_VALUE);
    }
  }
}
