package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Splitter;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The leftovers of transfers when the program is stopped, or cannot write any more. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class EndedTest {
  private static final int BY_SIGTERM = 128 + 15;
  private static final String FEW_BLOCKS = "200"; // of 512 or 1024 bytes, in each file

  @TempDir private Path folder;
  @TempDir private Path given;
  private ServedText served;

  @BeforeEach
  void serve() throws IOException {
    served = new ServedText(given.resolve("r.git"));
  }

  @AfterEach
  void stop() throws IOException {
    served.close();
  }

  private String[] arguments(String command, String address) {
    String line =
        command
            .replace("AT", "localhost:" + URI.create(address).getPort())
            .replace("FILE", folder.resolve("made").toString());
    return Splitter.on(' ').splitToStream(line).toArray(String[]::new);
  }

  /** Stops the command after the server has fallen silent and, if expected, a file exists. */
  private void end(String command, long after, String server, boolean makesFile) throws Exception {
    CountDownLatch silent = new CountDownLatch(1);
    try (FlowServer standIn = Loopback.silentAfter(after, server, silent);
        WatchService watch = folder.getFileSystem().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      sendPushesTo(standIn.address());
      Process process = ServeTest.start(arguments(command, standIn.address()));
      try {
        assertThat(silent.await(30, SECONDS)).isTrue();
        assertThat(!makesFile || watch.poll(30, SECONDS) != null).isTrue();
        process.toHandle().destroy(); // unlike Process.destroy, closes no stream
        assertThat(process.waitFor(30, SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(BY_SIGTERM);
        assertThat(printed(process)).isAnyOf("", "mimic: interrupted\n");
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  /** Points the clone, if there is one, to another port of this machine. */
  private void sendPushesTo(String address) throws IOException {
    Path config = folder.resolve("made/.git/config");
    if (Files.exists(config)) {
      String at = "localhost:" + URI.create(address).getPort();
      Files.writeString(config, Files.readString(config).replaceAll("localhost:\\d+", at));
    }
  }

  private static String printed(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void get_thatIsStopped_leavesNoFile() throws Exception {
    end("get http://AT/whole -o FILE", 100_000, served.http(), true);
    assertThat(Loopback.in(folder)).isEmpty();
  }

  @Test
  void clone_thatIsStopped_leavesNoFolder() throws Exception {
    end("git clone -q git://AT/r FILE", 100_000, served.git(), true);
    assertThat(Loopback.in(folder)).isEmpty();
  }

  @Test
  void pull_intoNewStoreThatIsStopped_leavesNoStore() throws Exception {
    end("kv pull -q --store FILE git://AT/r", 100_000, served.git(), true);
    assertThat(Loopback.in(folder)).isEmpty();
  }

  @Test
  void pull_thatIsStopped_leavesStoreUnchanged() throws Exception {
    String store = folder.resolve("made").toString();
    assertThat(CommandRun.of("kv", "set", "--store", store, "mine", "1").status()).isEqualTo(0);
    List<Path> before = files();

    end("kv pull -q --store FILE git://AT/r", 100_000, served.git(), false);

    assertThat(files()).isEqualTo(before);
    assertThat(CommandRun.of("kv", "list", "--store", store).out()).isEqualTo("mine\n");
  }

  @Test
  void push_thatIsStopped_leavesCloneUnchanged() throws Exception {
    String clone = folder.resolve("made").toString();
    assertThat(CommandRun.of(arguments("git clone -q git://AT/r FILE", served.git())).status())
        .isEqualTo(0);
    List<Path> before = files();

    end("git push -q -C " + clone, 0, served.git(), false);

    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  /** Runs the command as a process with a limit on the size of files. */
  private CommandRun withFewBlocks(String command, String address) throws Exception {
    Process process =
        ServeTest.start(
            List.of("sh", "-c", "ulimit -f " + FEW_BLOCKS + "; exec \"$@\"", "sh"),
            List.of("-XX:-UsePerfData"),
            arguments(command, address));
    String printed = printed(process);
    return new CommandRun(process.waitFor(), "", printed);
  }

  @Test
  void transfer_ontoFullDisk_namesDiskAndLeavesNothing() throws Exception {
    String full =
        "\\S+: the received data could not be stored: File too large: free disk space, .*";
    assertThat(withFewBlocks("git clone -q git://AT/r FILE", served.git()).failure()).matches(full);
    assertThat(Loopback.in(folder)).isEmpty();
    assertThat(withFewBlocks("kv pull -q --store FILE git://AT/r", served.git()).failure())
        .matches(full);
    assertThat(Loopback.in(folder)).isEmpty();
    assertThat(withFewBlocks("get http://AT/whole -o FILE", served.http()).failure())
        .isEqualTo("cannot write %s: File too large".formatted(folder.resolve("made")));
    assertThat(Loopback.in(folder)).isEmpty();
  }
}
