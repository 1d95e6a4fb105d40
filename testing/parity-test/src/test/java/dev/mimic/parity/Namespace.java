package dev.mimic.parity;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimic.peers.Programs;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace of Linux, in which a child JVM runs a scenario and takes the loopback device
 * down and up. The devices of the host are not touched.
 */
final class Namespace {
  private static final Path OF_THIS_PROCESS = Path.of("/proc/self/ns/net");
  private static final Path FOLDER = Path.of("/");

  private Namespace() {}

  /**
   * Runs a scenario, and returns its outcome. The test is skipped if this user is not allowed to
   * create a namespace.
   */
  static String run(Scenario scenario, ThreadKind threads) throws IOException {
    String unused = Programs.find("ip");
    assumeTrue(isAllowed(), "no network namespace can be created here");
    return Programs.run(
        FOLDER,
        "unshare",
        "-rn",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        Namespace.class.getName(),
        Files.readSymbolicLink(OF_THIS_PROCESS).toString(),
        scenario.title(),
        threads.name());
  }

  private static boolean isAllowed() {
    try {
      String unused = Programs.run(FOLDER, "unshare", "-rn", "true");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a scenario in the namespace of this process, which must not be that of the parent. */
  public static void main(String[] args) throws Exception {
    if (Files.readSymbolicLink(OF_THIS_PROCESS).toString().equals(args[0])) {
      throw new IllegalStateException("this process is in the namespace of its parent");
    }
    HostTcp network = HostTcp.ofNamespace();
    network.healLink();
    Scenario scenario =
        Scenarios.all().stream()
            .filter(each -> each.title().equals(args[1]))
            .findFirst()
            .orElseThrow();
    System.out.print(Scene.run(scenario, network, ThreadKind.valueOf(args[2])));
  }
}
