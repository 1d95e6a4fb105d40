package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of each command without a server to connect to. */
@Timeout(60)
class NoConnectionTest {
  /** An address to which the kernel refuses TCP without sending a packet. */
  private static final String NO_ROUTE = "255.255.255.255:9";

  @TempDir private Path folder;

  private String failure(String command, String at) throws IOException {
    String file = folder.resolve("made").toString();
    String line = command.replace("AT", at).replace("FILE", file);
    String message =
        CommandRun.of(Splitter.on(' ').splitToStream(line).toArray(String[]::new)).failure();
    assertThat(Loopback.in(folder)).isEmpty();
    return message;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ping tcp://AT",
        "ping tls://AT",
        "get http://AT/x -o FILE",
        "get https://AT/x -o FILE",
        "git clone git://AT/r FILE",
        "git clone ssh://AT/r FILE",
        "git clone http://AT/r FILE",
        "kv pull --store FILE git://AT/r",
        "mail smtp://AT --from a@b.example --to c@d.example",
        "mail smtps://AT --from a@b.example --to c@d.example",
        "ssh ssh://AT true",
        "get http://localhost:1 -o FILE --proxy socks5://AT",
        "git clone git://localhost:1/r FILE --proxy ssh://AT",
      })
  void connection_withoutServer_isToldAndLeavesNothing(String command) throws IOException {
    String free;
    try (FlowListener listener = Loopback.RESOLVER.listen("tcp://127.0.0.1:0")) {
      free = listener.address().substring("tcp://".length());
    }
    assertThat(failure(command, free))
        .matches(
            "cannot connect to \\S+: connection refused by %s \\(.*\\): is the server running\\?"
                .formatted(free));
    assertThat(failure(command, NO_ROUTE))
        .matches(
            "cannot connect to \\S+: no connection to %s \\(.*\\):".formatted(NO_ROUTE)
                + " is the address right, and is this machine's network up\\?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"get http://nowhere.example/x -o FILE", "git clone git@nowhere.example:r FILE"})
  void name_thatIsUnknown_isToldAndLeavesNothing(String command) throws Exception {
    Path names = Files.writeString(folder.resolve("names"), "127.0.0.1 localhost\n");
    String line = command.replace("FILE", folder.resolve("made").toString());
    List<String> arguments = new ArrayList<>(Splitter.on(' ').splitToList(line));
    Process process =
        ServeTest.start(
            // A file of names, so that no name server is asked.
            List.of("-Djdk.net.hosts.file=" + names), arguments.toArray(String[]::new));
    try {
      CommandRun run = new CommandRun(process.waitFor(), "", read(process));
      assertThat(run.failure())
          .matches(
              "cannot connect to \\S+: unknown host nowhere.example \\(.*\\): is the name"
                  + " right\\?");
    } finally {
      process.destroyForcibly();
    }
    assertThat(Loopback.in(folder)).containsExactly(names);
  }

  private static String read(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
