package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshModule;
import dev.mimic.ssh.server.SshCommand;
import dev.mimic.ssh.server.SshServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SshServerTest {
  private final MimicResolver resolver =
      Deployment.of("ssh", new InMemoryModule(InMemoryNetwork.create()), new SshModule())
          .resolver();

  @Test
  void command_onServerInMemory_printsItsOutput() throws IOException {
    try (SshServer server =
        SshServer.builder()
            .password("me", "s3cret")
            .commands(SshServerTest::uptime)
            .serve(resolver.listen("tcp://server.example:22"))) {
      Context context =
          Context.empty()
              .with(Ssh.COMMAND, "uptime")
              .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(server.knownHost()));
      try (Flow flow = resolver.with(context).resolve("ssh://me:s3cret@server.example")) {
        String output = new String(flow.inputStream().readAllBytes(), UTF_8);
        assertThat(output).isEqualTo("up 3 days\n");
      }
    }
  }

  private static int uptime(SshCommand command) throws IOException {
    command.output().write("up 3 days\n".getBytes(UTF_8));
    return 0; // the exit status
  }
}
