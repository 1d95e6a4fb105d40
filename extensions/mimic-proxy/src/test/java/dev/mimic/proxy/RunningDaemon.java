package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.peers.Daemon;
import java.io.IOException;

/** A proxy that is a program of this machine. */
record RunningDaemon(HostPort at, Daemon daemon) implements ProxyLines.Running {
  @Override
  public void close() throws IOException {
    daemon.close();
  }
}
