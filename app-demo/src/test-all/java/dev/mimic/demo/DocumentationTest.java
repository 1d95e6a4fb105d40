package dev.mimic.demo;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.util.stream.Collectors.joining;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The documents show what is so: Java stands, as it is, in a source that is compiled; what the
 * command prints is what it prints; links lead somewhere.
 */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern RUN =
      Pattern.compile("^\\$ \\./mimic ([^\\n]*)\\n((?:(?!\\$ )[^\\n]*\\n)*)", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  private record Block(Path document, String language, String text) {}

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(docs, top).filter(each -> each.toString().endsWith(".md")).toList();
    }
  }

  private static List<Block> blocks(String language) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path document : documents()) {
      Matcher matcher = BLOCK.matcher(Files.readString(document));
      while (matcher.find()) {
        if (matcher.group(1).equals(language)) {
          blocks.add(new Block(document, language, matcher.group(2)));
        }
      }
    }
    assertWithMessage("blocks of %s", language).that(blocks).isNotEmpty();
    return blocks;
  }

  /** Returns the lines without their indentation, so that a block may stand further left. */
  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(joining("\n"));
  }

  @Test
  void allJavaIsCompiled() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        sources.add(unindented(Files.readString(file)));
      }
    }
    for (Block block : blocks("java")) {
      String code = unindented(block.text());
      assertWithMessage("%s: no source has\n%s", block.document(), block.text())
          .that(sources.stream().anyMatch(source -> source.contains(code)))
          .isTrue();
    }
  }

  @Test
  void whatTheCommandPrintsIsShown() throws IOException {
    for (Block block : blocks("console")) {
      Matcher matcher = RUN.matcher(block.text());
      while (matcher.find()) {
        List<String> arguments = Splitter.on(' ').splitToList(matcher.group(1));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertWithMessage(matcher.group(1)).that(run.out()).isEqualTo(matcher.group(2));
      }
    }
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    for (Path document : documents()) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        Path target = document.resolveSibling(links.group(1));
        assertWithMessage("%s links to %s", document, target).that(Files.exists(target)).isTrue();
      }
    }
  }
}
