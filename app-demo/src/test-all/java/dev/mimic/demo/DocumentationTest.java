package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests of the README and the pages of docs against the sources and the command. Each Java block is
 * a whole source file, possibly without its leading comment and its package. Each console block is
 * the output of the command. Each link has a target.
 */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final List<Path> EXAMPLES =
      List.of(
          ROOT.resolve("app-demo/src/test-all/java/com/example"),
          ROOT.resolve("testing/spring-boot-test/src/test/java/com/example"));
  private static final Set<String> NOT_SHOWN = Set.of("package-info.java", "ExamplesTest.java");

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern JAVADOC_BLOCK =
      Pattern.compile("<pre>\\{@code\\n(.*?)^}</pre>", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern RUN =
      Pattern.compile("^\\$ \\./mimic ([^\\n]*)\\n((?:(?!\\$ )[^\\n]*\\n)*)", Pattern.MULTILINE);
  private static final Pattern LEADING_COMMENT =
      Pattern.compile("\\A/\\*.*?\\*/\\s*", Pattern.DOTALL);
  private static final Pattern PACKAGE = Pattern.compile("\\Apackage [^;]*;\\s*");
  private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

  private static final String USER = "user.name"; // the default user of SSH, which describe prints

  private final String user = System.getProperty(USER, "");

  private record Block(Path document, String text) {}

  private record Link(Path document, String target) {
    boolean isExternal() {
      return target.contains("://");
    }

    Path file() {
      String path = target.replaceFirst("#.*", "");
      return path.isEmpty() ? document : document.resolveSibling(path).normalize();
    }

    String anchor() {
      int hash = target.indexOf('#');
      return hash < 0 ? "" : target.substring(hash + 1);
    }
  }

  @BeforeEach
  void beUserOfDocuments() {
    System.setProperty(USER, "ann");
  }

  @AfterEach
  void restoreUser() {
    System.setProperty(USER, user);
  }

  private static List<Path> files(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(wanted).toList();
    }
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents =
        new ArrayList<>(files(ROOT.resolve("docs"), file -> file.toString().endsWith(".md")));
    documents.add(ROOT.resolve("README.md"));
    documents.add(ROOT.resolve("CONTRIBUTING.md"));
    return documents;
  }

  private static List<Block> blocks(String language) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path document : documents()) {
      Matcher matcher = BLOCK.matcher(Files.readString(document));
      while (matcher.find()) {
        if (matcher.group(1).equals(language)) {
          blocks.add(new Block(document, matcher.group(2).strip()));
        }
      }
    }
    assertWithMessage("blocks of %s", language).that(blocks).isNotEmpty();
    return blocks;
  }

  private static List<Link> links() throws IOException {
    List<Link> links = new ArrayList<>();
    for (Path document : documents()) {
      // Code is not prose: a generic method call looks like a link.
      Matcher matcher = LINK.matcher(BLOCK.matcher(Files.readString(document)).replaceAll(""));
      while (matcher.find()) {
        links.add(new Link(document, matcher.group(1)));
      }
    }
    assertWithMessage("links").that(links).isNotEmpty();
    return links;
  }

  private static String source(Path file) throws IOException {
    return LEADING_COMMENT.matcher(Files.readString(file)).replaceFirst("").strip();
  }

  private static String withoutPackage(String source) {
    return PACKAGE.matcher(source).replaceFirst("");
  }

  private static boolean isCompiled(Path file) {
    String path = ROOT.relativize(file).toString();
    return path.endsWith(".java") && path.contains("/src/") && !path.contains("/target/");
  }

  private static boolean isExample(Path file) {
    return Files.isRegularFile(file) && !NOT_SHOWN.contains(file.getFileName().toString());
  }

  @Test
  void java_inDocuments_isWholeSourceFile() throws IOException {
    Set<String> sources = new HashSet<>();
    for (Path file : files(ROOT, DocumentationTest::isCompiled)) {
      sources.add(source(file));
      sources.add(withoutPackage(source(file)));
    }
    for (Block block : blocks("java")) {
      assertWithMessage(
              "%s shows Java that is not a whole source file; copy the file after a change:\n%s",
              block.document(), block.text())
          .that(sources.contains(block.text()))
          .isTrue();
    }
  }

  @Test
  void examples_areShownInDocument() throws IOException {
    Set<String> shown = new HashSet<>();
    for (Block block : blocks("java")) {
      shown.add(block.text());
    }
    for (Path folder : EXAMPLES) {
      for (Path file : files(folder, DocumentationTest::isExample)) {
        assertWithMessage("no document shows %s: show it or delete it", file)
            .that(shown.contains(source(file)) || shown.contains(withoutPackage(source(file))))
            .isTrue();
      }
    }
  }

  @Test
  void java_inJavadocOfDerivation_isPartOfExample() throws IOException {
    String javadoc =
        Files.readString(ROOT.resolve("mimic-api/src/main/java/dev/mimic/Derivation.java"))
            .lines()
            .map(line -> line.replaceFirst("^ \\* ?", ""))
            .collect(Collectors.joining("\n"));
    Matcher blocks = JAVADOC_BLOCK.matcher(javadoc);
    String example = source(EXAMPLES.getFirst().resolve("Checked.java"));
    boolean found = false;
    while (blocks.find()) {
      if (blocks.group(1).contains("Derivation.Builder")) {
        found = true;
        assertThat(example).contains(blocks.group(1).strip().indent(4).stripTrailing());
      }
    }
    assertWithMessage("the Javadoc of Derivation shows a builder").that(found).isTrue();
  }

  @Test
  void console_inDocuments_isOutputOfCommand() throws IOException {
    for (Block block : blocks("console")) {
      Matcher matcher = RUN.matcher(block.text() + "\n");
      assertWithMessage("a command in %s", block.document()).that(matcher.find()).isTrue();
      if (Boolean.getBoolean("mimic.golden.write")) {
        write(block, block.text(), matcher);
        continue;
      }
      do {
        List<String> arguments = Splitter.on(' ').splitToList(matcher.group(1));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertWithMessage("%s in %s", matcher.group(1), block.document())
            .that(run.out())
            .isEqualTo(matcher.group(2));
      } while (matcher.find());
    }
  }

  private static void write(Block block, String old, Matcher found) throws IOException {
    StringBuilder text = new StringBuilder();
    do {
      String[] arguments = Splitter.on(' ').splitToStream(found.group(1)).toArray(String[]::new);
      text.append("$ ./mimic %s%n%s".formatted(found.group(1), CommandRun.of(arguments).out()));
    } while (found.find());
    String document = Files.readString(block.document());
    Files.writeString(block.document(), document.replace(old, text.toString().stripTrailing()));
  }

  /** Returns the anchor of a heading, by GitHub's rules. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }

  private static List<String> anchors(Path document) throws IOException {
    String prose = BLOCK.matcher(Files.readString(document)).replaceAll("");
    Stream<String> headings = HEADING.matcher(prose).results().map(each -> each.group(1));
    return headings.map(DocumentationTest::anchor).toList();
  }

  @Test
  void links_inDocuments_haveTargets() throws IOException {
    for (Link link : links()) {
      if (!link.isExternal()) {
        assertWithMessage("%s links to %s", link.document(), link.target())
            .that(Files.exists(link.file()))
            .isTrue();
        if (!link.anchor().isEmpty()) {
          assertWithMessage("headings of %s, as %s links to one", link.file(), link.document())
              .that(anchors(link.file()))
              .contains(link.anchor());
        }
      }
    }
  }

  @Test
  void pages_ofDocs_areLinkedFromReadme() throws IOException {
    Set<Path> linked = new HashSet<>();
    for (Link link : links()) {
      if (link.document().equals(ROOT.resolve("README.md")) && !link.isExternal()) {
        linked.add(link.file());
      }
    }
    List<Path> pages = documents();
    pages.remove(ROOT.resolve("README.md"));
    assertWithMessage("pages that README.md links to")
        .that(linked)
        .containsAtLeastElementsIn(pages);
  }
}
