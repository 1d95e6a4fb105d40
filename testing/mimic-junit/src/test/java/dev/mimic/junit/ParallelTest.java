package dev.mimic.junit;

import static com.google.common.truth.Truth.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelTest {
  private static final int CLASSES = 100;

  @Test
  void hundredClasses_inParallel_doNotDisturbEachOther(@TempDir Path folder) throws Exception {
    compile(folder);
    URL[] path = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
      Class<?>[] classes = new Class<?>[CLASSES];
      for (int i = 0; i < CLASSES; i++) {
        classes[i] = loader.loadClass("generated.Case" + i);
      }
      Map<String, String> parallel =
          Map.of(
              "junit.jupiter.execution.parallel.enabled", "true",
              "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL",
              "junit.jupiter.execution.parallel.config.strategy", "fixed",
              "junit.jupiter.execution.parallel.config.fixed.parallelism", "16");

      Runs.Run run = Runs.run(parallel, classes);

      assertThat(run.err()).doesNotContain("seed");
      run.tests().assertStatistics(each -> each.succeeded(2 * CLASSES).failed(0));
    }
  }

  private static void compile(Path folder) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-nowarn",
                "-cp",
                System.getProperty("java.class.path", ""),
                "-d",
                folder.toString()));
    for (int i = 0; i < CLASSES; i++) {
      Path source = folder.resolve("Case" + i + ".java");
      Files.writeString(
          source,
          "package generated; public class Case%d extends dev.mimic.junit.ParallelCase {}"
              .formatted(i));
      arguments.add(source.toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isEqualTo(0);
  }
}
