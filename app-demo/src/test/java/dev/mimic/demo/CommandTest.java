package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.mimic.guice.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that pass with each choice of targets in the build. */
@Timeout(60)
class CommandTest {

  @Test
  void demo_onEachTarget_hasExpectedResultsAndFitsWidth() {
    for (Deployment deployment : Configuration.deployments(TlsChoice.jsse.module())) {
      CommandRun run = CommandRun.of("demo", "--target", deployment.name());
      assertThat(run.out()).contains("mimic demo on the target " + deployment.name());
      assertThat(run.out()).contains("[ping, pong, hello] -> [pong, ping, hello]");
      String text = run.out().replaceAll("\\s+", " ");
      assertThat(text).contains("did you mean \"ping\"?");
      assertThat(text).contains("connection refused");
      assertThat(text).contains("tls(");
      assertThat(text).contains("plain was not tried");
      assertThat(run.out()).endsWith("All parts had the expected result.\n");
      run.out().lines().forEach(line -> assertThat(line.length()).isAtMost(80));
      assertThat(run.status()).isEqualTo(0);
    }
  }

  @Test
  void deployment_ofEachTarget_hasNoFinding() {
    for (Deployment deployment : Configuration.deployments(TlsChoice.jsse.module())) {
      assertThat(deployment.validate()).isEmpty();
    }
  }

  @Test
  void wrongUsage_ofAnyKind_isOneLineAndStatus2() {
    assertWrongUsage("Missing required parameter: 'ADDRESS'", "ping");
    assertWrongUsage("there is no option \"--nope\" (see", "demo", "--nope");
    assertWrongUsage(
        "--target: this build has no target \"mars\", only ", "demo", "--target", "mars");
    assertWrongUsage("Invalid value for option '--format'", "describe", "--format", "xml");
  }

  @Test
  void command_thatIsNotThere_isToldWithTheNearest() {
    String help = " (see mimic --help)\n";
    assertUnknown("there is no command \"pnig\": did you mean \"ping\"?" + help, "pnig");
    assertUnknown("there is no command \"gti\": did you mean \"git\"?" + help, "gti");
    assertUnknown("there is no command \"desc\": did you mean \"describe\"?" + help, "desc");
    assertUnknown(
        "there is no command \"pnig\": did you mean \"ping\"?" + help, "--verbose=false", "pnig");
    assertUnknown("there is no command \"gat\": did you mean \"get\" or \"git\"?" + help, "gat");
    assertUnknown(
        "there is no command \"clnoe\": did you mean \"clone\"? (see mimic git --help)\n",
        "git",
        "clnoe",
        "--nope",
        "x");
    assertUnknown(
        "there is no command \"frobnicate\": there are completion, demo, describe, explain, get,"
            + " git, help, kv, mail, ping, serve, ssh"
            + help,
        "frobnicate");
    assertUnknown("there is no command \"a\\u001b[2J\": there are ", "a\u001b[2J");
    assertUnknown(
        "\"extra\" is one argument too many (see mimic explain --help)\n",
        "explain",
        "tcp://localhost:1",
        "extra");
  }

  private static void assertUnknown(String message, String... arguments) {
    assertWrongUsage(message, arguments);
    assertThat(CommandRun.of(arguments).err()).doesNotContain("index");
  }

  private static void assertWrongUsage(String message, String... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.err()).startsWith("mimic: " + message);
    assertThat(run.err().lines().count()).isEqualTo(1);
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void explain_ofAddressWithPassword_doesNotShowIt() {
    assertThat(CommandRun.of("explain", "tcp://me:hunter2@localhost:1").out())
        .doesNotContain("hunter2");
  }

  @Test
  void target_inMemory_isRefusedWhereOthersAreReached() {
    for (String command : List.of("ping", "serve")) {
      for (Deployment deployment : Configuration.deployments(TlsChoice.jsse.module())) {
        if (deployment.name().equals("inmemory")) {
          assertWrongUsage(
              "the network in memory has no other process to connect to: use another --target, or"
                  + " demo",
              command,
              "--target=inmemory",
              "tcp://localhost:1");
        }
      }
    }
  }

  @Test
  void output_thatCannotBeWritten_isFailure() {
    for (String command : List.of("demo", "describe", "--help", "--version")) {
      CommandRun run = CommandRun.of(CommandRun.input(""), new FullDisk(0), command);
      assertThat(run.err()).isEqualTo("mimic: cannot write to standard output\n");
      assertThat(run.status()).isEqualTo(1);
    }
  }

  @Test
  void explain_ofAddress_printsPlan() {
    CommandRun run = CommandRun.of("explain", "ping://localhost");
    assertThat(run.out()).contains("(localhost:4000)");
    assertThat(run.status()).isEqualTo(0);
    assertThat(CommandRun.of("explain", "ping:").status()).isEqualTo(1);
  }

  @Test
  void explain_asJson_hasDocumentedShapeAndNoSecret() {
    CommandRun run = CommandRun.of("explain", "--format", "json", "tls://me:s3cret@host.example:1");
    JsonObject plan = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(plan.keySet()).containsExactly("address", "connections");
    assertThat(plan.get("address").getAsString()).isEqualTo("tls://me:***@host.example:1");
    assertThat(plan.getAsJsonArray("connections")).hasSize(1);
    assertThat(run.out()).doesNotContain("s3cret");
    assertThat(run.status()).isEqualTo(0);

    CommandRun unknown = CommandRun.of("explain", "--format", "json", "pign://host");
    JsonObject problem = JsonParser.parseString(unknown.out()).getAsJsonObject();
    assertThat(problem.keySet()).containsExactly("address", "connections", "problem");
    assertThat(problem.get("problem").getAsString()).contains("did you mean \"ping\"?");
    assertThat(problem.getAsJsonArray("connections")).isEmpty();
    assertThat(unknown.status()).isEqualTo(1);
  }

  @Test
  void table_ofDescribe_fitsWidth() {
    CommandRun.of("describe").out().lines().forEach(line -> assertThat(line.length()).isAtMost(80));
  }

  @Test
  void describe_asJson_canBeParsed() {
    for (Deployment deployment : Configuration.deployments(TlsChoice.jsse.module())) {
      CommandRun run = CommandRun.of("describe", "--target", deployment.name(), "--format", "json");
      JsonObject root = JsonParser.parseString(run.out()).getAsJsonObject();
      assertThat(root.get("deployment").getAsString()).isEqualTo(deployment.name());
      assertThat(root.getAsJsonArray("schemes").toString()).contains("\"name\":\"tcp\"");
      assertThat(root.getAsJsonArray("schemes").toString()).contains("\"name\":\"ping\"");
      assertThat(root.getAsJsonArray("schemes").toString()).contains("\"name\":\"tls\"");
      assertThat(root.getAsJsonArray("findings")).isEmpty();
      assertThat(run.status()).isEqualTo(0);
    }
  }

  @Test
  void describe_asDot_isGraph() throws IOException {
    String dot = CommandRun.of("describe", "--format", "dot").out();
    assertThat(dot).startsWith("digraph ");
    assertThat(dot).contains("\"scheme ping\" -> \"key 0 plain.endpoint\"");
    Files.writeString(Path.of("target", "deployment.dot"), dot);
  }

  @Test
  void verbose_setToFalse_logsNothing() {
    System.clearProperty("org.slf4j.simpleLogger.defaultLogLevel");
    assertThat(CommandRun.of("explain", "--verbose=false", "ping://localhost").status())
        .isEqualTo(0);
    assertThat(System.getProperty("org.slf4j.simpleLogger.defaultLogLevel")).isNull();
  }

  @Test
  void help_ofTarget_listsTargetsOfBuild() {
    List<String> names =
        Configuration.deployments(TlsChoice.jsse.module()).stream().map(Deployment::name).toList();
    String help = CommandRun.of("demo", "--help").out();
    String byDefault = names.contains("inmemory") ? "inmemory" : names.getFirst();
    assertThat(help.replaceAll("\\s+", " "))
        .contains(
            "The network: %s. Defaults to %s.".formatted(String.join(", ", names), byDefault));
  }

  @Test
  void version_isPrinted() {
    assertThat(CommandRun.of("--version").out()).startsWith("mimic ");
  }
}
