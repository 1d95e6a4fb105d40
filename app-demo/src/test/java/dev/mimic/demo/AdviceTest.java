package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that remedies of the libraries, which name methods and keys, become options. */
class AdviceTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
  private static final Pattern API_NAME =
      Pattern.compile("\\b[A-Z][A-Za-z]+\\.([A-Z][A-Z_]{2,}|(with|set|bind)[A-Z]\\w*)\\b");

  /** Remedies for mistakes in a program, which no command can make. */
  private static final List<String> FOR_PROGRAMS = List.of("Network.HOPS", "Tls.CONTEXT");

  private static final ImmutableMap<String, String> MESSAGES =
      ImmutableMap.<String, String>builder()
          .put(
              "the server wants a client certificate: give one as Tls.IDENTITY",
              "the server wants a client certificate: give one by --cert and --key")
          .put(
              "the two sides have no version of TLS in common (Tls.VERSIONS)",
              "the two sides have no version of TLS in common")
          .put(
              "the two sides have no cipher suite in common (Tls.CIPHER_SUITES)",
              "the two sides have no cipher suite in common")
          .put(
              "CN=a is signed by itself: if it is yours, trust its certificate; its SHA-256 is 01",
              "CN=a is signed by itself: if it is yours, give its certificate by --ca-cert; its"
                  + " SHA-256 is 01")
          .put(
              "CN=a was issued by CN=b: trust it, or let the peer send its certificate",
              "CN=a was issued by CN=b: give its certificate by --ca-cert, or let the peer send its"
                  + " certificate")
          .put(
              "try again, or raise the limit (GitClient.withReadTimeout)",
              "try again, or raise the limit (--timeout)")
          .put(
              "it took longer than 1 s in all: raise the limit (GitClient.withTotalTimeout)",
              "it took longer than 1 s in all: raise the limit (--max-time)")
          .put(
              "no password is given for the user me: set Address.PASSWORD in the context",
              "no password is given for the user me: give one by --password-file")
          .put(
              "r has no remote named origin: clone a repository, or set remote.origin.url",
              "r has no remote named origin: clone a repository, or set remote.origin.url by git"
                  + " config")
          .buildOrThrow();

  @Test
  void inOptions_eachRemedy_namesOptions() {
    MESSAGES.forEach((of, in) -> assertThat(Advice.inOptions(of)).isEqualTo(in));
    for (Map.Entry<String, String> each : Advice.REMEDIES.entrySet()) {
      assertWithMessage("messages with \"%s\"", each.getKey())
          .that(MESSAGES.keySet().stream().filter(of -> of.contains(each.getKey())).count())
          .isEqualTo(1);
    }
  }

  @Test
  void remedies_areThoseOfLibraries() throws IOException {
    List<String> literals = literals();
    for (String remedy : Advice.REMEDIES.keySet()) {
      assertWithMessage("literals with \"%s\"", remedy)
          .that(literals.stream().filter(each -> each.contains(remedy)).toList())
          .isNotEmpty();
    }
  }

  @Test
  void namesOfApi_inMessagesOfLibraries_becomeOptions() throws IOException {
    List<String> named =
        literals().stream()
            .filter(each -> API_NAME.matcher(each).find())
            .filter(each -> FOR_PROGRAMS.stream().noneMatch(each::contains))
            .toList();
    assertThat(named).isNotEmpty();
    for (String each : named) {
      assertThat(Advice.inOptions(each)).doesNotContainMatch(API_NAME);
    }
  }

  @Test
  void optionsOfCommand_inMessagesOfLibraries_areAbsent() throws IOException {
    List<String> options =
        List.of("--timeout", "--max-time", "--ca-cert", "--cert", "--password-file", "--proxy");
    assertThat(
            literals().stream().filter(each -> options.stream().anyMatch(each::contains)).toList())
        .isEmpty();
  }

  /** Returns the string literals of the libraries; those joined by a plus sign are one. */
  private static List<String> literals() throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path each : files.filter(AdviceTest::isLibrarySource).toList()) {
        String source = Files.readString(each).replaceAll("\"\\s*\\+\\s*\"", "");
        LITERAL.matcher(source).results().map(AdviceTest::text).forEach(all::add);
      }
    }
    assertThat(all.size()).isGreaterThan(1000);
    return all;
  }

  private static String text(MatchResult literal) {
    return literal.group(1);
  }

  private static boolean isLibrarySource(Path file) {
    return ROOT.relativize(file)
        .toString()
        .matches("(mimic-|extensions/|bridges/)[^.]*/src/main/java/.*\\.java");
  }
}
