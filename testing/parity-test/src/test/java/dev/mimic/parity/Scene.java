package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/**
 * One run of a scenario. Each step runs in a thread of its own, with a time limit, and its outcome
 * is recorded: a result, or the name of an exception's class. Not thread-safe.
 */
final class Scene implements Closeable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int BACKLOG = 128;
  private static final int POLL_MILLIS = 1;

  private final ParityNetwork network;
  private final ThreadKind threads;
  private final List<String> steps = new ArrayList<>();
  private final List<Closeable> opened = new ArrayList<>();

  Scene(ParityNetwork network, ThreadKind threads) {
    this.network = network;
    this.threads = threads;
  }

  /** Runs a scenario, and returns its outcome, one step on each line. */
  static String run(Scenario scenario, ParityNetwork network, ThreadKind threads) throws Exception {
    try (Scene scene = new Scene(network, threads)) {
      try {
        scenario.body().run(scene);
      } catch (NoSuchElementException e) {
        // A step has failed whose result is needed. Its outcome is recorded, and is the last.
      }
      return String.join("", scene.steps);
    }
  }

  /** Returns the network that this scene runs on. */
  ParityNetwork network() {
    return network;
  }

  /** Records an outcome. */
  void record(String step, Object outcome) {
    steps.add("%s: %s\n".formatted(step, outcome));
  }

  /** Runs a step, and records its outcome. Returns its result, or empty if it failed. */
  <T> Optional<T> step(String name, Callable<T> step) throws Exception {
    return new Pending<>(this, name, Running.start(threads, step)).end();
  }

  /** A step without a result. */
  @FunctionalInterface
  interface Action {
    /** Runs the step. */
    void run() throws Exception;
  }

  /** Runs a step, and records its outcome. Returns whether it succeeded. */
  boolean act(String name, Action action) throws Exception {
    return step(
            name,
            () -> {
              action.run();
              return true;
            })
        .isPresent();
  }

  /** Starts a step, waits until it blocks, and records that. */
  <T> Pending<T> start(String name, Callable<T> step) {
    Running<T> running = Running.blocked(threads, step);
    record(name, "blocks");
    return new Pending<>(this, name, running);
  }

  /** Closes a resource at the end of this scene. */
  <C extends Closeable> C keep(C resource) {
    synchronized (opened) {
      opened.add(resource);
    }
    return resource;
  }

  /** Returns a listener with a backlog of 128. */
  Listening listener() throws IOException {
    return listener(BACKLOG);
  }

  Listening listener(int backlog) throws IOException {
    return new Listening(this, keep(network.listen(new HostPort(network.server(), 0), backlog)));
  }

  /** Listens, which can fail. */
  Optional<Listening> tryListen(HostPort at) throws Exception {
    return step("listen", () -> new Listening(this, keep(network.listen(at, BACKLOG))));
  }

  /** Connects, and returns the client's side. Waits for no accept. */
  Side connect(HostPort to) throws Exception {
    return new Side(this, "client", tryConnect(to).orElseThrow());
  }

  /** Connects, which can fail. */
  Optional<Flow> tryConnect(HostPort to) throws Exception {
    return step("connect", () -> connectWithin(to, TIMEOUT));
  }

  Flow connectWithin(HostPort to, Duration time) throws IOException {
    return keep(network.connect(to, Deadline.after(time, TimeSource.system())));
  }

  /** Starts a process that connects to a listener of the server. */
  ProcessSide startProcess(HostPort to) throws IOException {
    return new ProcessSide(this, keep(network.startProcess(to)));
  }

  /** Returns a connection that the server has accepted. */
  Side.Pair pair() throws IOException {
    try (FlowListener listener = network.listen(new HostPort(network.server(), 0), 1)) {
      HostPort at = HostPort.ofAddress(listener.address());
      Flow client = connectWithin(at, TIMEOUT);
      return new Side.Pair(
          new Side(this, "client", client), new Side(this, "server", keep(listener.accept())));
    }
  }

  void cutLink() throws Exception {
    require(act("link down", network::cutLink));
  }

  void healLink() throws Exception {
    require(act("link up", network::healLink));
  }

  private static void require(boolean succeeded) {
    if (!succeeded) {
      throw new NoSuchElementException("a step that later ones need");
    }
  }

  /** A condition that is polled, since nothing reports it. */
  @FunctionalInterface
  interface Condition {
    /** Returns whether it holds. */
    boolean holds() throws IOException;
  }

  /** Waits until a condition holds. */
  void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException("%s within %s, after %s".formatted(what, TIMEOUT, steps));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : opened.reversed()) {
      each.close();
    }
  }

  /** A step that has not ended yet. */
  record Pending<T>(Scene scene, String name, Running<T> running) {

    /** Waits for the step, and records its outcome. Returns its result, or empty if it failed. */
    Optional<T> end() throws Exception {
      Optional<Throwable> failure = running.failure();
      if (failure.isPresent()) {
        scene.record(name, failure.get().getClass().getSimpleName());
        return Optional.empty();
      }
      T result = running.result();
      boolean isShown = result instanceof Integer || result instanceof String;
      scene.record(name, isShown ? result : "ok");
      return Optional.ofNullable(result);
    }

    /** Interrupts the step, waits for it, and records its outcome. */
    void interrupt() throws Exception {
      running.interrupt();
      scene.record(name + " is interrupted", "ok");
      end();
    }
  }
}
