package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
class HelpTest {
  private static final int WIDTH = 80;

  @Test
  void command_withoutArguments_printsHelp() {
    CommandRun run = CommandRun.of();
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(0);
    assertThat(run.out()).startsWith("Usage: mimic COMMAND [ARGUMENT...]\n");
    assertThat(run.out()).isEqualTo(CommandRun.of("--help").out());
    assertThat(run.out()).isEqualTo(CommandRun.of("help").out());
  }

  @Test
  void help_ofEachCommand_isThatOfItsOption() {
    for (List<String> each : commands()) {
      List<String> help = new ArrayList<>(List.of("help"));
      help.addAll(each);
      List<String> option = new ArrayList<>(each);
      option.add("--help");
      CommandRun run = CommandRun.of(help.toArray(String[]::new));
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isEqualTo(0);
      assertThat(run.out()).startsWith("Usage: mimic " + String.join(" ", each) + " ");
      assertThat(run.out()).isEqualTo(CommandRun.of(option.toArray(String[]::new)).out());
    }
  }

  @Test
  void help_ofEachCommand_fitsWidthAndNamesNoClass() {
    for (List<String> each : commands()) {
      List<String> arguments = new ArrayList<>(List.of("help"));
      arguments.addAll(each);
      String help = CommandRun.of(arguments.toArray(String[]::new)).out();
      assertThat(help).doesNotContainMatch("unless given|\\b(java|dev)\\.|\\bnull\\b");
      for (String line : help.lines().toList()) {
        assertWithMessage(line).that(line.length()).isAtMost(WIDTH);
      }
    }
  }

  /** Returns the words of each command and subcommand. */
  private static List<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    addTo(commands, List.of(), Main.commandLine());
    assertThat(commands).contains(List.of("git", "clone"));
    return commands;
  }

  private static void addTo(List<List<String>> all, List<String> words, CommandLine line) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              List<String> longer = new ArrayList<>(words);
              longer.add(name);
              all.add(longer);
              addTo(all, longer, command);
            });
  }

  @Test
  void help_ofUnknownCommand_offersTheNearest() {
    CommandRun run = CommandRun.of("help", "git", "cloen");
    assertThat(run.err())
        .isEqualTo(
            "mimic: there is no command \"cloen\": did you mean \"clone\"? (see mimic git"
                + " --help)\n");
    assertThat(run.status()).isEqualTo(2);
    assertThat(CommandRun.of("help", "get", "x").status()).isEqualTo(2);
  }

  @Test
  void timeout_inHelp_isDefaultOfResolver() {
    long seconds =
        Configuration.deployments(TlsChoice.jsse.module())
            .getFirst()
            .resolver()
            .timeout()
            .toSeconds();
    assertThat(CommandRun.of("ping", "--help").out().replaceAll("\\s+", " "))
        .contains("The time limit for connecting. Defaults to " + seconds + ".");
  }
}
