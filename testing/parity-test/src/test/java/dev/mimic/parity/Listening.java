package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.parity.Scene.Pending;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A listener of the server. Each method except {@link #address} is a step of the scene. */
final class Listening {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Scene scene;
  private final FlowListener listener;

  Listening(Scene scene, FlowListener listener) {
    this.scene = scene;
    this.listener = listener;
  }

  /** Returns the address that clients connect to. */
  HostPort address() {
    return HostPort.ofAddress(listener.address());
  }

  /** Connects, and returns the client's side. Waits for no accept. */
  Side connect() throws Exception {
    return scene.connect(address());
  }

  /** Connects with a short deadline. */
  void connectWithDeadline() throws Exception {
    scene.step("connect with a deadline", () -> connectWithin(SHORT));
  }

  /** Connects, which can fail. */
  void tryConnect() throws Exception {
    scene.tryConnect(address());
  }

  /** Connects in an interrupted thread. */
  void connectInterrupted() throws Exception {
    scene.step(
        "connect in an interrupted thread",
        () -> {
          Thread.currentThread().interrupt();
          return connectWithin(LONG);
        });
  }

  /** Starts a connect that blocks. */
  Pending<Flow> startConnect() {
    return scene.start("connect", () -> connectWithin(LONG));
  }

  Flow connectWithin(Duration time) throws IOException {
    return scene.connectWithin(address(), time);
  }

  Flow acceptFlow() throws IOException {
    return scene.keep(listener.accept());
  }

  /** Accepts, and returns the server's side. */
  Side accept() throws Exception {
    return tryAccept().map(flow -> new Side(scene, "server", flow)).orElseThrow();
  }

  /** Accepts, which can fail. */
  Optional<Flow> tryAccept() throws Exception {
    return scene.step("accept", this::acceptFlow);
  }

  /** Starts an accept that blocks. */
  Pending<Flow> startAccept() {
    return scene.start("accept", this::acceptFlow);
  }

  void close() throws Exception {
    scene.act("listener close", listener::close);
  }

  /** Listens again on the same port, which can fail. */
  Optional<Listening> listenAgain() throws Exception {
    return scene.tryListen(address());
  }
}
