package dev.mimic.demo;

/**
 * Plays the commands that end by themselves. The build runs it once, for the JDK to keep in a cache
 * what it loaded, linked and learned: the command then starts in half the time.
 */
final class TrainingRun {
  private TrainingRun() {}

  /** Runs them one after another; what they print is for nobody. */
  public static void main(String[] args) {
    Main.run("demo");
    Main.run("explain", "tls://localhost:4343");
    Main.run("describe");
    Main.run("--help");
    System.exit(0);
  }
}
