package dev.mimic.store;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rules for keys and texts, compared with those of git. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class StoreLimitsTest {
  private static final List<String> REFUSED =
      List.of(
          "",
          "/",
          "/a",
          "a/",
          "a//b",
          ".",
          "..",
          "a/./b",
          "a/../b",
          ".git",
          "a/.git",
          ".GIT/config",
          ".Git",
          "a\\.git\\config",
          "..\\a",
          "a\\b",
          ".git::$INDEX_ALLOCATION/x",
          ".git::$INDEX_ALLOCATION",
          ".git ",
          ".git.",
          ".git. . ",
          "git~1",
          "GIT~1/config",
          "git~2",
          "a/git~1",
          "gitmod~1",
          "GI7EBA~1",
          ".gitmodules",
          ".GitModules",
          ".gitattributes",
          ".g\u200cit",
          ".git\u200d",
          "\ufeff.git",
          ".gi\u206at",
          ".G\u200eI\u200fT\u202a/config",
          "a\u200cb",
          "a\u00adb",
          "a\u202eb",
          "a\ud800",
          "\udc00a",
          "a\udc00\ud800",
          "a\0b",
          "a\nb",
          "a\tb",
          "a\u001bb",
          "a\u007fb",
          "a\u0085b",
          "a\u2028b",
          "a\uffffb",
          "\ud83f\udffe",
          "con",
          "CON.txt",
          "con .txt",
          "aux",
          "a/prn/b",
          "nul.tar.gz",
          "com1",
          "LPT9.x",
          "com\u00b2",
          "conin$",
          "CONOUT$",
          "a:b",
          "a*b",
          "a?b",
          "a<b",
          "a>b",
          "a|b",
          "a\"b",
          "a.",
          "a ",
          "a./b",
          "a /b");

  private static final List<String> ACCEPTED =
      List.of(
          "a",
          "team/lead",
          ".gitignore",
          ".github/x",
          ".a",
          "...a",
          "git",
          "gitx",
          "config",
          "console",
          "con-1",
          "coma",
          "com10",
          "a b",
          " a",
          "a~1",
          "a.git",
          "a.b/c.d",
          "-a",
          "~",
          "$x",
          "\u00e9t\u00e9",
          "e\u0301te\u0301",
          "\u6f22\u5b57",
          "\ud83d\ude00",
          "a'b",
          "a%b",
          "#",
          "@{1}");

  @TempDir private Path folder;
  private GitStore store;

  StoreLimitsTest() {}

  @BeforeEach
  void open() throws IOException {
    store = GitStore.open(folder.resolve("store"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void set_keyRefusedByAnyPlatform_isRefused() throws Exception {
    for (String key : REFUSED) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> store.set(key, "x"), key);
      assertWithMessage(key).that(e).hasMessageThat().contains("must be names with / between them");
      assertWithMessage(key)
          .that(requireNonNull(e.getMessage()).codePoints().noneMatch(Character::isISOControl))
          .isTrue();
      assertWithMessage(key).that(store.get(key)).isEmpty();
      store.remove(key);
      assertWithMessage(key).that(store.history(key)).isEmpty();
    }
    assertThat(store.history()).isEmpty();
  }

  @Test
  void set_keyRefusedByGit_isRefused() throws Exception {
    store.set("blob", "x");
    String blob = Programs.git(folder.resolve("store"), "rev-parse", "main:blob").strip();
    for (String key : REFUSED) {
      if (key.indexOf('\0') < 0 && isAcceptedByGit(blob, key)) {
        continue; // this store has more rules than git
      }
      assertThrows(IllegalArgumentException.class, () -> store.set(key, "x"), key);
    }
    for (String key : ACCEPTED) {
      assertWithMessage(key).that(isAcceptedByGit(blob, key)).isTrue();
    }
  }

  private boolean isAcceptedByGit(String blob, String key) {
    try {
      String unused =
          Programs.git(
              folder.resolve("store"),
              "-c",
              "core.protectNTFS=true",
              "-c",
              "core.protectHFS=true",
              "update-index",
              "--add",
              "--replace",
              "--cacheinfo",
              "100644,%s,%s".formatted(blob, key));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void set_acceptedKeys_areStoredAndPassFsck() throws Exception {
    for (String key : ACCEPTED) {
      store.set(key, key);
    }

    assertThat(store.keys()).containsExactlyElementsIn(ACCEPTED);
    for (String key : ACCEPTED) {
      assertWithMessage(key).that(store.get(key)).hasValue(key);
    }
    String unused = Programs.run(folder.resolve("store"), "git", "fsck", "--strict");
  }

  @Test
  void set_keyBeyondLimits_isRefused() throws Exception {
    String longest = "\u00e9".repeat(127) + "a";
    String deepest = "a/".repeat(99) + "a";
    String whole = ("b" + "\u00e9".repeat(127) + "/").repeat(3) + "b".repeat(1000 - 3 * 256);

    for (String key : List.of(longest, deepest, whole)) {
      store.set(key, "x");
      assertThat(store.get(key)).hasValue("x");
    }
    for (String key :
        List.of(longest + "a", deepest + "/a", whole + "b", "a/".repeat(100_000) + "a")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> store.set(key, "x"));
      assertThat(e).hasMessageThat().contains("at most 1000 bytes in 100 names of 255 bytes");
      assertThat(requireNonNull(e.getMessage()).length()).isLessThan(500);
      assertThat(store.get(key)).isEmpty();
    }
  }

  @Test
  void set_textWithUnpairedSurrogate_isRefused() throws Exception {
    for (String text : List.of("a\ud800", "\udc00", "\ud800a")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> store.set("a", text));
      assertThat(e).hasMessageThat().contains("UTF-8");
    }
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void set_textBeyondLimit_isRefused() throws Exception {
    String text = "x".repeat(GitStore.MAX_TEXT_BYTES + 1);

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> store.set("a", text));

    assertThat(e)
        .hasMessageThat()
        .contains("268435457 bytes in UTF-8: it can have at most 268435456");
  }

  @Test
  void get_textOf60Megabytes_equalsText() throws Exception {
    String text = "0123456789abcde\n".repeat(60 << 16);
    store.set("large", text);

    assertThat(store.get("large").orElseThrow().equals(text)).isTrue();

    String unused = Programs.git(folder.resolve("store"), "repack", "-adq");
    try (GitStore again = GitStore.open(folder.resolve("store"))) {
      assertThat(again.get("large").orElseThrow().equals(text)).isTrue();
    }
  }

  @Test
  void remove_inEmptyStore_commitsNothing() throws Exception {
    store.remove("a");

    assertThat(store.history()).isEmpty();
  }
}
