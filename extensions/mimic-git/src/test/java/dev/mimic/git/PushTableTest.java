package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.peers.Programs;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pushes and fetches between folders, compared with {@code git push} and {@code git fetch}. The
 * same ones must be refused, with the same result in all repositories. The test prints a table.
 */
@Timeout(value = 300, threadMode = SEPARATE_THREAD)
class PushTableTest {
  private static final GitClient CLIENT =
      GitClient.of(Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class));
  private static final GitClient WITHOUT_GIT =
      CLIENT.withContext(Context.empty().with(GitClient.PROGRAM, Path.of("/nonexistent/git")));

  @TempDir private Path folder;

  PushTableTest() {}

  /** A script that runs beside {@code target.git}, {@code other.git} and {@code clone}. */
  enum Case {
    PLAIN(""),
    PRE_RECEIVE_REFUSES("hook pre-receive 'echo not today >&2; exit 1'", "a hook"),
    UPDATE_REFUSES("hook update '[ \"$1\" != refs/heads/main ]'", "a hook"),
    POST_RECEIVE_RUNS("hook post-receive 'cat >ran'", "a hook"),
    POST_UPDATE_RUNS("hook post-update 'echo \"$@\" >ran'", "a hook"),
    REFERENCE_TRANSACTION_REFUSES("hook reference-transaction '[ \"$1\" != prepared ]'", "a hook"),
    HOOKS_ARE_ELSEWHERE(
        "hook pre-receive 'exit 1'; mv target.git/hooks elsewhere;"
            + " git -C target.git config core.hooksPath ../elsewhere",
        "core.hooksPath"),
    HOOK_IS_NOT_EXECUTABLE("hook pre-receive 'exit 1'; chmod -x target.git/hooks/pre-receive"),
    BRANCH_IS_CHECKED_OUT("checked_out", "checked out"),
    BRANCH_IS_CHECKED_OUT_IGNORED(
        "checked_out; git -C target.git config receive.denyCurrentBranch ignore", "checked out"),
    BRANCH_IS_CHECKED_OUT_UPDATED(
        "checked_out; git -C target.git config receive.denyCurrentBranch updateInstead",
        "checked out"),
    BRANCH_IS_CHECKED_OUT_DIRTY(
        "checked_out; git -C target.git config receive.denyCurrentBranch updateInstead;"
            + " echo mine >target.git/file",
        "checked out"),
    OBJECTS_ARE_CHECKED("git -C target.git config receive.fsckObjects true", "receive.fsckObjects"),
    REFS_ARE_HIDDEN(
        "git -C target.git config receive.hideRefs refs/heads/main", "receive.hideRefs"),
    SEVERAL_PUSHURLS(
        "git -C clone config --add remote.origin.pushurl $PWD/other.git;"
            + " git -C clone config --add remote.origin.pushurl $PWD/target.git"),
    SEVERAL_URLS("git -C clone config --add remote.origin.url $PWD/other.git"),
    FIRST_PUSHURL_IS_MISSING(
        "git -C clone config --add remote.origin.pushurl $PWD/none.git;"
            + " git -C clone config --add remote.origin.pushurl $PWD/target.git"),
    FIRST_PUSHURL_REFUSES(
        "git -C clone config --add remote.origin.pushurl $PWD/other.git;"
            + " git -C clone config --add remote.origin.pushurl $PWD/target.git;"
            + " hook pre-receive 'exit 1'; mkdir -p other.git/hooks;"
            + " mv target.git/hooks/pre-receive other.git/hooks",
        "a hook"),
    PUSH_INSTEAD_OF("git -C clone config url.$PWD/other.git.pushInsteadOf $PWD/target.git"),
    INSTEAD_OF(
        "git -C clone config remote.origin.url short:x;"
            + " git -C clone config url.$PWD/target.git.insteadOf short:x"),
    INSTEAD_OF_PUSHURL(
        "git -C clone config remote.origin.pushurl short:other.git;"
            + " git -C clone config url.$PWD/.insteadOf short:"),
    PRE_PUSH_REFUSES(
        "mkdir -p clone/.git/hooks; hook pre-push 'exit 1';"
            + " mv target.git/hooks/pre-push clone/.git/hooks"),
    TARGET_HAS_SHA256(
        "rm -rf target.git; git init -q --bare --object-format=sha256 target.git", "sha256"),
    CLONE_HAS_AN_EXTENSION(
        "git -C clone config core.repositoryformatversion 1;"
            + " git -C clone config extensions.mine true"),
    TARGET_HAS_AN_EXTENSION(
        "git -C target.git config core.repositoryformatversion 1;"
            + " git -C target.git config extensions.mine true",
        "extension mine");

    private final String script;
    private final String withoutGit;

    Case(String script) {
      this(script, "");
    }

    /** A push that is refused with these words if git is not installed. */
    Case(String script, String withoutGit) {
      this.script = script;
      this.withoutGit = withoutGit;
    }
  }

  enum Fetch {
    NOT_PRUNED(""),
    FETCH_PRUNE("git -C clone config fetch.prune true"),
    REMOTE_PRUNE("git -C clone config remote.origin.prune true"),
    REMOTE_PRUNE_COMES_FIRST(
        "git -C clone config fetch.prune true; git -C clone config remote.origin.prune false"),
    FOLDER_FOR_FILE("git -C clone config fetch.prune true; git -C target.git branch gone/now main"),
    TAGS("git -C target.git tag new main; git -C clone config remote.origin.tagOpt --no-tags"),
    NEGATIVE_REFSPEC("git -C clone config --add remote.origin.fetch ^refs/heads/kept");

    private final String script;

    Fetch(String script) {
      this.script = script;
    }
  }

  private static final String PRELUDE =
      """
      export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
      export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
      export GIT_AUTHOR_DATE='1000000000 +0000' GIT_COMMITTER_DATE='1000000000 +0000'
      hook() {
        mkdir -p target.git/hooks
        printf '#!/bin/sh\\n%s\\n' "$2" >target.git/hooks/$1
        chmod +x target.git/hooks/$1
      }
      checked_out() { rm -rf target.git; git clone -q other.git target.git; }
      committed() { echo $1 >clone/file; git -C clone add file; git -C clone commit -q -m $1; }
      git init -q --bare --initial-branch=main target.git
      git init -q --initial-branch=main clone
      committed one
      git -C clone push -q ../target.git main main:gone main:kept
      cp -r target.git other.git
      git -C clone remote add origin $PWD/target.git
      git -C clone fetch -q
      """;

  private Path prepared(String name, String script) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name).resolve("place"));
    Programs.run(place, "sh", "-e", "-c", PRELUDE + script);
    return place;
  }

  /** An operation in a clone. A failure counts as a refusal. */
  private interface Operation {
    void on(Path clone) throws IOException;
  }

  private static void asUrl(Path clone) throws IOException {
    String url = History.git(clone, "config", "remote.origin.url").strip();
    History.git(clone, "config", "remote.origin.url", "file://" + url);
  }

  private static String outcome(Path place, Operation operation) throws IOException {
    String brief;
    try {
      operation.on(place.resolve("clone"));
      brief = "done";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage()).replaceFirst("(?s).* failed: ", "");
      brief = "refused: " + message.replace('\n', ' ');
    }
    StringBuilder all = new StringBuilder(brief.startsWith("done") ? "done" : "refused");
    for (String repository : List.of("target.git", "other.git", "clone")) {
      all.append('\n').append(repository).append('\n').append(state(place.resolve(repository)));
    }
    return brief + "\n" + all;
  }

  private static String state(Path repository) throws IOException {
    return Programs.run(
        repository,
        "sh",
        "-c",
        "git for-each-ref 2>&1; cat ran file 2>/dev/null; cat HEAD .git/HEAD 2>/dev/null;"
            + " git status --porcelain 2>/dev/null; git fsck 2>&1; true");
  }

  private static String brief(String outcome) {
    String line = outcome.lines().findFirst().orElseThrow();
    return line.replaceAll("/tmp/[^ ]*/place/", "");
  }

  private static String all(String outcome) {
    return outcome.substring(outcome.indexOf('\n'));
  }

  private static void push(GitClient client, Path clone) throws IOException {
    try (Repository repository = opened(clone)) {
      List<?> unused = client.push(repository);
    }
  }

  private static Repository opened(Path clone) throws IOException {
    return new FileRepositoryBuilder().setWorkTree(clone.toFile()).setMustExist(true).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void push_everyCase_agreesWithGit(boolean byUrl) throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Case each : Case.values()) {
      String script = each.script + "\ncommitted two";
      if (each == Case.CLONE_HAS_AN_EXTENSION) {
        script = "committed two\n" + each.script;
      }
      Path theirs = prepared(each + "/gits", script);
      Path ours = prepared(each + "/ours", script);
      if (byUrl && (each.script.isEmpty() || each.script.startsWith("hook"))) {
        asUrl(theirs.resolve("clone"));
        asUrl(ours.resolve("clone"));
      }
      String byGit = outcome(theirs, clone -> History.git(clone, "push", "-q", "origin", "main"));
      String byUs = outcome(ours, clone -> push(CLIENT, clone));
      compare("push", each, byGit, byUs, wrong);
    }
    assertWithMessage("%s", String.join("\n", wrong)).that(wrong).isEmpty();
  }

  @Test
  void fetch_everyCase_agreesWithGit() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Fetch each : Fetch.values()) {
      String script = "git -C target.git branch -D gone >/dev/null\n" + each.script;
      Path theirs = prepared(each + "/gits", script);
      Path ours = prepared(each + "/ours", script);
      String byGit = outcome(theirs, clone -> History.git(clone, "fetch", "-q"));
      String byUs =
          outcome(
              ours,
              clone -> {
                History.git(clone, "config", "fetch.autogc", "false");
                try (Repository repository = opened(clone)) {
                  Object unused = CLIENT.fetch(repository);
                }
              });
      compare("fetch", each, byGit, byUs, wrong);
    }
    assertWithMessage("%s", String.join("\n", wrong)).that(wrong).isEmpty();
  }

  /** Compares two outcomes. The paths of both folders have the same length and are normalized. */
  private void compare(String verb, Enum<?> each, String byGit, String byUs, List<String> wrong) {
    String theirs = all(byGit).replace("/gits/", "/");
    String ours = all(byUs).replace("/ours/", "/");
    boolean agrees = theirs.equals(ours);
    System.out.printf(
        "%-6s %-30s git: %-60.60s ours: %s%s%n",
        verb, each, brief(byGit), brief(byUs), agrees ? "" : "   <-- WRONG");
    if (!agrees) {
      wrong.add("%s%ngit: %s%nours: %s%s".formatted(each, theirs, brief(byUs), ours));
    }
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void push_withoutGit_agreesWithGitOrIsRefused(Case each) throws Exception {
    String script = each.script + "\ncommitted two";
    if (each == Case.CLONE_HAS_AN_EXTENSION) {
      script = "committed two\n" + each.script;
    }
    Path ours = prepared(each + "/ours", script);
    String before = state(ours.resolve("target.git"));
    if (each.withoutGit.isEmpty()) {
      Path theirs = prepared(each + "/gits", script);
      String byGit = outcome(theirs, clone -> History.git(clone, "push", "-q", "origin", "main"));
      String byUs = outcome(ours, clone -> push(WITHOUT_GIT, clone));
      assertWithMessage("%s", brief(byUs)).that(all(byUs)).isEqualTo(all(byGit));
    } else {
      GitException e =
          assertThrows(GitException.class, () -> push(WITHOUT_GIT, ours.resolve("clone")));

      assertThat(e).hasMessageThat().contains(each.withoutGit);
      assertThat(state(ours.resolve("target.git"))).isEqualTo(before);
    }
  }

  @Test
  void push_hangingHook_timesOut() throws Exception {
    Path place = prepared("hangs", "hook pre-receive 'exec sleep 300'; committed two");
    History.git(place.resolve("target.git"), "config", "receive.keepAlive", "0");
    GitClient client = CLIENT.withReadTimeout(Duration.ofMillis(500));

    GitException e = assertThrows(GitException.class, () -> push(client, place.resolve("clone")));

    assertThat(e).hasMessageThat().contains("has fallen silent");
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList())
        .isEmpty();
  }
}
