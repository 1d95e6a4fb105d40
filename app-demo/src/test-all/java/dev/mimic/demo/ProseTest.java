package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md on comments that a program can check, in all main sources. */
class ProseTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  // A comment, annotations, modifiers, and the declaration of a type.
  private static final Pattern TYPE_COMMENT =
      Pattern.compile(
          "/\\*\\*[\\s*]*(?:What|Who|Whose|Whom|How)\\b[^/]*?\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*"
              + "(?:[a-z-]+ )*(?:class|interface|record|enum|@interface) \\w+");
  private static final Pattern WORDS =
      Pattern.compile("\\b(?:in vain|anew|but for|at first)\\b", Pattern.CASE_INSENSITIVE);

  private static List<Path> mainSources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().matches(".*/src/(?!test)[a-z-]+/java/.*\\.java"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }

  private static void assertAbsent(Pattern pattern) throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> sources = mainSources();
    assertThat(sources.size()).isGreaterThan(200);
    for (Path source : sources) {
      String text = Files.readString(source);
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        long line = text.substring(0, matcher.start()).lines().count();
        found.add(
            ROOT.relativize(source)
                + ":"
                + line
                + ": "
                + matcher.group().lines().findFirst().orElse(""));
      }
    }
    assertWithMessage("%s", pattern).that(found).isEmpty();
  }

  @Test
  void typeComment_inMainSources_opensWithNoun() throws IOException {
    assertAbsent(TYPE_COMMENT);
  }

  @Test
  void prose_inMainSources_hasNoRefusedWords() throws IOException {
    assertAbsent(WORDS);
  }
}
