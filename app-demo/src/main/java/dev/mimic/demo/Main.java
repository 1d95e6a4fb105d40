package dev.mimic.demo;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING;

import com.google.common.collect.ImmutableMap;
import dev.mimic.AddressException;
import dev.mimic.ResolutionException;
import dev.mimic.flow.MessageText;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code mimic} command. Exit status: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "mimic",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {
  // It logs each handshake. A logger without a reference would be collected with its level.
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle.jsse");

  private static final ImmutableMap<String, Supplier<Callable<Integer>>> COMMANDS =
      ImmutableMap.of(
          "demo", DemoCommand::new,
          "get", GetCommand::new,
          "ssh", SshCommand::new,
          "git", GitCommand::new,
          "kv", KvCommand::new,
          "mail", MailCommand::new,
          "serve", ServeCommand::new,
          "ping", PingCommand::new,
          "explain", ExplainCommand::new,
          "describe", DescribeCommand::new);

  @Spec private @Nullable CommandSpec spec;

  private boolean verbose;

  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the command and returns its status. */
  static int run(String... args) {
    // Before Guice is loaded: otherwise it generates classes, and JDK 24 warns.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    BOUNCY_CASTLE.setLevel(Level.OFF);
    return commandLine(args).execute(args);
  }

  /**
   * Returns the command line for these arguments. If they begin with a command, it has no others:
   * setting one up takes longer than most commands run.
   */
  static CommandLine commandLine(String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    Supplier<Callable<Integer>> chosen = args.length == 0 ? null : COMMANDS.get(args[0]);
    (chosen == null ? COMMANDS.values() : List.of(chosen))
        .forEach(command -> line.addSubcommand(command.get()));
    if (chosen == null) {
      line.addSubcommand(new CompletionCommand());
      line.addSubcommand(new HelpCommand());
    }
    arrangeHelp(line);
    describe(line.getCommandSpec().usageMessage());
    FormerOptions.addTo(line);
    return line.setExpandAtFiles(false) // --data @FILE is for get
        .setUsageHelpAutoWidth(true)
        .setExecutionStrategy(Main::runAndCheckOutput)
        .setParameterExceptionHandler(
            (wrong, unused) -> wrongUsage(UnknownWord.about(wrong), wrong.getCommandLine()))
        .setExecutionExceptionHandler((failure, failed, parsed) -> main.failed(failure, failed));
  }

  private static void arrangeHelp(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .abbreviateSynopsis(true)
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    line.getSubcommands().values().forEach(Main::arrangeHelp);
  }

  /** Sets the help of the command itself. As annotations, the subcommands would inherit it. */
  private static void describe(UsageMessageSpec help) {
    help.customSynopsis("mimic COMMAND [ARGUMENT...]")
        .description(
            "%nConnects to what an address names: tcp, tls, unix, ssh, http, https, git, smtp.%n",
            "First steps:",
            "  mimic demo                        all of it, in one process",
            "  mimic get https://example.org     a page, by HTTP/2 or HTTP/1.1",
            "  mimic ssh ssh://me@host uptime    a command of another machine",
            "  mimic explain ssh://me@host       the connection that an address leads to",
            "  mimic help get                    the help of a command")
        .optionListHeading("%nOptions of every command:%n");
    List<String> keys = new ArrayList<>(help.sectionKeys());
    keys.removeAll(List.of(SECTION_KEY_OPTION_LIST_HEADING, SECTION_KEY_OPTION_LIST));
    keys.addAll(List.of(SECTION_KEY_OPTION_LIST_HEADING, SECTION_KEY_OPTION_LIST));
    help.sectionKeys(keys);
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Print a log, and all attempts of a connection that fails.")
  @SuppressWarnings("UnusedMethod") // picocli calls it
  private void verbose(boolean on) {
    verbose = on;
    if (on) {
      // The first logger is created later than the options, and reads this.
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
      BOUNCY_CASTLE.setLevel(Level.INFO);
    }
  }

  /** Prints the help. */
  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(System.out);
    }
    return CommandLine.ExitCode.OK;
  }

  private static int runAndCheckOutput(ParseResult parsed) {
    FormerOptions.checkNotMixed(parsed);
    int status = new RunLast().execute(parsed);
    try {
      StandardOutput.check();
    } catch (IOException e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), "no output", e);
    }
    return status;
  }

  private static int wrongUsage(@Nullable String message, CommandLine line) {
    String why = oneLine(message).replaceFirst("^Error: ", "");
    String name = line.getCommandSpec().qualifiedName();
    line.getErr().println("mimic: %s (see %s --help)".formatted(why, name));
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(Exception failure, CommandLine line) {
    if (failure instanceof WrongUsageException || failure instanceof AddressException) {
      return wrongUsage(failure.getMessage(), line);
    }
    String message =
        verbose && failure instanceof ResolutionException resolution
            ? resolution.report()
            : oneLine(reason(failure)) + Advice.about(failure);
    line.getErr().println("mimic: " + Advice.inOptions(message));
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String reason(Exception failure) {
    if (failure instanceof ClosedByInterruptException) {
      return "interrupted";
    }
    return Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName());
  }

  private static String oneLine(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String line = text.lines().findFirst().orElse("");
    return MessageText.oneLine(line, line.length());
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"mimic " + number().orElse("(not built as a jar)")};
    }

    /** Returns the version, if this is a jar. */
    static Optional<String> number() {
      return Optional.ofNullable(Main.class.getPackage().getImplementationVersion());
    }
  }
}
