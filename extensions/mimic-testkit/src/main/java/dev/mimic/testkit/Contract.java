package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Deque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs one line, once: in a thread of the given kind, for a limited time; and then closes what it
 * has opened and sees that its threads end.
 */
@TestMethodOrder(LineOrder.class)
@ExtendWith(Results.class)
abstract class Contract implements Lines {
  private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
  private final Queue<Running<?>> started = new ConcurrentLinkedQueue<>();
  private @Nullable ThreadKind kind;
  private @Nullable Settings settings;

  /** Opens what every line has. Called in the line's thread, before it. */
  abstract void begin() throws Exception;

  final void run(ThreadKind kind, Settings settings, Callable<?> line) throws Throwable {
    this.kind = kind;
    this.settings = settings;
    Running<?> running =
        Running.start(
            kind,
            settings.limit(),
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
              settings().patience(),
              () -> {
                close(next);
                return null;
              }));
    }
    started.add(line);
    for (Running<?> each = started.poll(); each != null; each = started.poll()) {
      failures.addIfItStays(each);
    }
  }

  private static void close(AutoCloseable opened) throws Exception {
    try {
      opened.close();
    } catch (IOException e) {
      // Whether close may throw is for the lines to say; here it need only end.
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
    Running<T> running = Running.start(kind(), settings().patience(), task);
    started.add(running);
    return running;
  }

  @Override
  public final <C extends AutoCloseable> C closing(C opened) {
    this.opened.push(opened);
    return opened;
  }

  @Override
  @SuppressWarnings("SystemOut") // where the seed of a test is looked for
  public final Random random() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return new Random(seed);
  }
}
