package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.parity.ParityNetwork.KillableProcess;

/** The peer of a server, in a process. Each method that does not await is a step of the scene. */
final class ProcessSide {
  private final Scene scene;
  private final KillableProcess process;

  ProcessSide(Scene scene, KillableProcess process) {
    this.scene = scene;
    this.process = process;
  }

  void write(int bytes) throws Exception {
    scene.act("process write " + bytes, () -> process.write(bytes));
  }

  /** Waits until this number of bytes can be read. */
  void awaitBytes(int count) throws Exception {
    process.awaitBytes(count);
  }

  /** Returns the address of the listener of the process. */
  HostPort listener() throws Exception {
    return process.listener();
  }

  void freeze() throws Exception {
    scene.act("process is frozen", process::freeze);
  }

  void kill() throws Exception {
    scene.act("process is killed", process::kill);
  }
}
