package dev.mimic.parity;

/**
 * A line of the table: steps that are run on a network, and what each is expected to do.
 *
 * @param title a title, unique among all scenarios
 * @param expected the outcome on the TCP of Linux, one step on each line
 * @param cutsLink whether a step takes the link down, which the host allows only in a namespace
 * @param body the steps
 */
record Scenario(String title, String expected, boolean cutsLink, Body body) {

  /** The steps of a scenario. */
  @FunctionalInterface
  interface Body {
    /** Runs the steps. */
    void run(Scene scene) throws Exception;
  }

  /** The steps of a scenario that begins with a connection. */
  @FunctionalInterface
  interface PairBody {
    /** Runs the steps. */
    void run(Side client, Side server) throws Exception;
  }

  /** Returns a scenario that begins without a connection. */
  static Scenario of(String title, String expected, Body body) {
    return new Scenario(title, expected, false, body);
  }

  /** Returns a scenario that begins with a connection, which the server has accepted. */
  static Scenario ofPair(String title, String expected, PairBody body) {
    return new Scenario(
        title,
        expected,
        false,
        scene -> {
          Side.Pair pair = scene.pair();
          body.run(pair.client(), pair.server());
        });
  }

  /** Returns a scenario that takes the link down. */
  static Scenario ofLink(String title, String expected, Body body) {
    return new Scenario(title, expected, true, body);
  }

  /** Returns the title. */
  @Override
  public String toString() {
    return title;
  }
}
