package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.guice.Deployment;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;

/** Prints the output of a command on another machine. */
final class RemoteCommand {
  private RemoteCommand() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Deployment.of("remote", new UnixLikeModule(), new SshModule()).resolver();
    try (Flow flow = resolver.with(Ssh.COMMAND, "uptime").resolve("ssh://me@server.example")) {
      System.out.print(new String(flow.inputStream().readAllBytes(), UTF_8));
    }
  }
}
