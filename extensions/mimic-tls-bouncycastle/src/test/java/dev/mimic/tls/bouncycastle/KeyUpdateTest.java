package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A test of key updates while both sides send (RFC 8446, section 4.6.3). It runs in a new JVM,
 * since the JDK reads the number of bytes between updates only once, from a security property.
 */
@Tag("full")
@Timeout(120)
final class KeyUpdateTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "JSSE_TO_BOUNCY_CASTLE", "BOUNCY_CASTLE_TO_JSSE"})
  void keyUpdate_bothPipesFull_doesNotDeadlock(Providers providers) throws Exception {
    Path security = folder.resolve("java.security");
    Files.writeString(
        security,
        "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^16, ChaCha20-Poly1305 KeyUpdate 2^16\n");
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.security.properties=" + security,
                "-Djavax.net.debug=ssl",
                "-cp",
                System.getProperty("java.class.path"),
                KeyUpdateLoad.class.getName(),
                providers.name())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertWithMessage("ended in time").that(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output, UTF_8);
      assertWithMessage(said.substring(Math.max(0, said.length() - 3000)))
          .that(process.exitValue())
          .isEqualTo(0);
      int changes = said.split("KeyUpdate: (?:read|write) key updated", -1).length - 1;
      assertThat(changes).isAtLeast(10);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
