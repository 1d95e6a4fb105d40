package dev.mimic.demo;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code mimic} command. */
@Command(name = "mimic")
public final class Main {
  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).addSubcommand(new Demo()).execute(args));
  }

  @Command(name = "demo")
  private static final class Demo implements Callable<Integer> {
    @Option(names = "--target", defaultValue = "")
    private String target = "";

    @Override
    public Integer call() {
      System.out.println(target.isEmpty() ? Configuration.NAME : Configuration.NAME + " " + target);
      return 0;
    }
  }
}
