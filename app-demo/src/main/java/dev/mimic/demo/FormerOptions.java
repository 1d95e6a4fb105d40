package dev.mimic.demo;

import com.google.common.collect.ImmutableMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Former names of options, which still work. Neither the help nor a completion shows them. */
final class FormerOptions {
  private static final ImmutableMap<String, String> NAMES =
      ImmutableMap.of(
          "--trust", "--ca-cert", "--passphrase", "--passphrase-file", "--via", "--proxy");

  private FormerOptions() {}

  /** Adds the former names to a command and its subcommands. */
  static void addTo(CommandLine line) {
    CommandSpec command = line.getCommandSpec();
    NAMES.forEach(
        (former, name) -> {
          OptionSpec option = command.findOption(name);
          if (option != null) {
            command.addOption(OptionSpec.builder(option).names(former).hidden(true).build());
          }
        });
    line.getSubcommands().values().forEach(FormerOptions::addTo);
  }

  /**
   * Refuses a command line that has an option under both of its names.
   *
   * <p>The two specifications share one field, of which the second would drop the values of the
   * first: a proxy would be left out.
   */
  static void checkNotMixed(ParseResult parsed) {
    NAMES.forEach(
        (former, name) -> {
          if (parsed.hasMatchedOption(former) && parsed.hasMatchedOption(name)) {
            throw new ParameterException(
                parsed.commandSpec().commandLine(),
                "%s is the former name of %s: use %s alone".formatted(former, name, name));
          }
        });
    if (parsed.hasSubcommand()) {
      checkNotMixed(parsed.subcommand());
    }
  }
}
