package dev.mimic.demo;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.testkit.ContractTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The table in docs/contract.md holds the results of the transports in this build. It is
 * regenerated with {@code -DargLine=-Dmimic.golden.write=true}.
 */
@Tag("full")
class ContractDocumentTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DOCUMENT = ROOT.resolve("docs/contract.md");
  private static final String BEGIN = "<!-- The table: written by the build. -->\n";

  private static final List<Path> ROWS =
      List.of(
          row("mimic-unix-like", "TCP"),
          row("mimic-unix-like", "Unix domain sockets"),
          row("mimic-inmemory", "in memory"),
          row("testing/mimic-testkit", "FlowPipe"),
          row("extensions/mimic-tls-bouncycastle", "TLS (JDK) over TCP"),
          row("extensions/mimic-tls-bouncycastle", "TLS (JDK) in memory"),
          row("extensions/mimic-tls-bouncycastle", "TLS over TLS (JDK)"),
          row("extensions/mimic-tls-bouncycastle", "TLS (BC) over TCP"),
          row("extensions/mimic-tls-bouncycastle", "TLS (BC) in memory"),
          row("extensions/mimic-tls-bouncycastle", "TLS over TLS (BC)"),
          row("extensions/mimic-tls-bouncycastle", "TLS (JDK to BC) in memory"),
          row("extensions/mimic-tls-bouncycastle", "TLS (BC to JDK) in memory"),
          row("extensions/mimic-proxy", "through SOCKS5"),
          row("extensions/mimic-ssh", "SSH tunnel"));

  private static Path row(String module, String name) {
    return ROOT.resolve(module).resolve("target/contract").resolve(name + ".tsv");
  }

  @Test
  void table_ofDocument_hasResultsOfBuild() throws IOException {
    for (Path row : ROWS) {
      assertWithMessage("%s: the tests of all modules must have run: mvn verify -Pfull", row)
          .that(Files.exists(row))
          .isTrue();
    }
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    String expected = document.substring(0, begin) + "\n" + ContractTable.read(ROWS).markdown();
    if (Boolean.getBoolean("mimic.golden.write")) {
      Files.writeString(DOCUMENT, expected);
    }
    assertWithMessage("docs/contract.md; regenerate it with -DargLine=-Dmimic.golden.write=true")
        .that(Files.readString(DOCUMENT))
        .isEqualTo(expected);
  }
}
