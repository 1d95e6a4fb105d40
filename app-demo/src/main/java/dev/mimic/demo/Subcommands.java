package dev.mimic.demo;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the commands do that only have others under them. */
final class Subcommands {
  private Subcommands() {}

  static RuntimeException missing(@Nullable CommandSpec spec, String question) {
    return spec == null
        ? new IllegalStateException("picocli has not set the command up")
        : new ParameterException(spec.commandLine(), question);
  }
}
