package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;

/** A program that asks another machine. */
final class RemoteCommand {
  private RemoteCommand() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Guice.createInjector(new UnixLikeModule(), new SshModule())
            .getInstance(MimicResolver.class);
    Context how = Context.empty().with(Ssh.COMMAND, "uptime");

    try (Flow flow = resolver.with(how).resolve("ssh://me@server.example")) {
      System.out.print(new String(flow.inputStream().readAllBytes(), UTF_8));
    }
  }
}
