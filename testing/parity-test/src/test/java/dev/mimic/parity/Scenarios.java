package dev.mimic.parity;

import java.util.List;

/** All scenarios, in the order of the document. */
final class Scenarios {
  static final List<Group> GROUPS =
      List.of(
          new Group("Listening and connecting", Listeners.scenarios()),
          new Group("Reset", Resets.scenarios()),
          new Group("Half-close and shutdown", HalfCloses.scenarios()),
          new Group("Close", Closes.scenarios()),
          new Group("Full buffers, timeouts and interrupts", Waits.scenarios()),
          new Group("Killed and frozen processes", Kills.scenarios()),
          new Group("Link down", Links.scenarios()));

  private Scenarios() {}

  /**
   * The scenarios of one topic.
   *
   * @param heading the topic
   * @param scenarios the scenarios
   */
  record Group(String heading, List<Scenario> scenarios) {}

  static List<Scenario> all() {
    return GROUPS.stream().flatMap(group -> group.scenarios().stream()).toList();
  }
}
