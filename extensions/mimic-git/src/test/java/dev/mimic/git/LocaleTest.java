package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.peers.Programs;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clones in a JVM with another locale, which determines the file names that Java can write. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class LocaleTest {
  private static final int LIMIT_SECONDS = 60;

  @TempDir private Path folder;

  LocaleTest() {}

  /** The main program of the other JVM. */
  static final class Cloner {
    private Cloner() {}

    public static void main(String[] arguments) throws IOException {
      MimicResolver resolver =
          Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);
      try {
        GitClient.of(resolver).clone(arguments[0], Path.of(arguments[1])).close();
        System.out.println("cloned");
      } catch (GitException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private Path repository(String name) throws IOException {
    Path bare = History.bare(folder, "r.git", 3);
    Path work = folder.resolve("work");
    History.git(folder, "clone", "-q", bare.toString(), work.toString());
    Programs.run(work, "sh", "-c", "echo x >\"$(printf '%b' '" + name + "')\"");
    History.git(work, "add", ".");
    History.git(work, "commit", "-q", "-m", "x");
    History.git(work, "push", "-q", "origin", "main");
    return bare;
  }

  private String cloned(String locale, Path from, Path into) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Cloner.class.getName(),
                from.toString(),
                into.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", locale);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return Files.readString(output, UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void clone_asciiNamesInLocaleC_isClean() throws Exception {
    Path clone = folder.resolve("clone");

    assertThat(cloned("C", repository("a b"), clone)).contains("cloned");

    assertThat(History.git(clone, "status", "--porcelain")).isEmpty();
  }

  @Test
  void clone_otherNamesInLocaleC_isRefused() throws Exception {
    Path clone = folder.resolve("clone");

    assertThat(cloned("C", repository("caf\\303\\251"), clone))
        .containsMatch("\"caf\\\\303\\\\251\" cannot be written in this locale.*: set LC_ALL to");

    assertThat(Files.exists(clone)).isFalse();
  }

  @Test
  void clone_otherNamesInUtf8_isClean() throws Exception {
    Path clone = folder.resolve("clone");

    assertThat(cloned("C.UTF-8", repository("caf\\303\\251"), clone)).contains("cloned");

    assertThat(History.git(clone, "status", "--porcelain")).isEmpty();
  }
}
