package dev.mimic.git;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.git.GitContract.Running;
import dev.mimic.peers.Programs;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clones of many kinds of repositories, compared with those of {@code git}, over every transport.
 * The clones must have the same HEAD, refs, configured branches, shallow boundaries and files. A
 * repository that is not supported must be refused without a trace. The test prints a table.
 */
@Timeout(value = 300, threadMode = SEPARATE_THREAD)
class RepositoryTableTest {
  @TempDir private Path folder;

  RepositoryTableTest() {}

  enum Transport {
    FOLDER,
    FILE_URL,
    GIT_DAEMON,
    HTTP_BACKEND,
    SSH;

    Running start(Path root, Path own) throws Exception {
      return switch (this) {
        case FOLDER -> new Local(root.toString());
        case FILE_URL -> new Local("file://" + root);
        case GIT_DAEMON -> new GitDaemonTest().start(root, own);
        case HTTP_BACKEND -> new HttpBackendTest(HttpBackendTest.Front.LIGHTTPD).start(root, own);
        case SSH -> new OpenSshTest().start(root, own);
      };
    }
  }

  private record Local(String root) implements Running {
    @Override
    public MimicResolver resolver() {
      return Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);
    }

    @Override
    public String address(String name) {
      return root + "/" + name;
    }

    @Override
    public void close() {}
  }

  /** A kind of repository. Its script runs in a bare one with three commits on main. */
  enum Kind {
    PLAIN(""),
    PACKED("git gc -q"),
    DETACHED_ON_NO_BRANCH("git update-ref --no-deref HEAD $(commit off)"),
    DETACHED_AT_A_TIP("git update-ref --no-deref HEAD $(git rev-parse side)"),
    DETACHED_BEFORE_A_TIP("git update-ref --no-deref HEAD $(git rev-parse main~1)"),
    ON_A_BRANCH_WITHOUT_COMMIT("git symbolic-ref HEAD refs/heads/trunk"),
    ON_A_REF_THAT_IS_NO_BRANCH(
        "git update-ref refs/other/x $(commit off); git symbolic-ref HEAD refs/other/x"),
    EMPTY("new_repository; git symbolic-ref HEAD refs/heads/trunk"),
    BRANCHES_WITH_SLASHES(
        """
        git branch feature/a/b main; git branch tags/v1 main~1; git branch heads/main side
        git symbolic-ref HEAD refs/heads/feature/a/b
        """),
    ODD_REFS(
        """
        git branch 'é' main; git branch 'a%b#c' main
        git update-ref refs/heads/-x main; git update-ref refs/pull/1/head $(commit pull)
        git update-ref refs/notes/commits $(commit note); git tag -a -m t annotated main
        git tag -a -m t nested annotated; git tag blob $(echo x | git hash-object -w --stdin)
        git tag tree main^{tree}; git update-ref refs/tags/one/two $(commit only-a-tag)
        """),
    SHALLOW("git clone -q --bare --depth=2 file://$PWD s; replace_by s"),
    ODD_NAMES(
        """
        imported <<'END'
        M 100644 inline "a b"
        M 100644 inline "line\\nbreak"
        M 100644 inline "\\"quotes\\" and \\\\"
        M 100644 inline "caf\\303\\251"
        M 100644 inline "cafe\\314\\201"
        M 100644 inline "\\360\\237\\230\\200/-x"
        M 100644 inline "con"
        M 100755 inline "run.sh"
        M 120000 inline "link"
        END
        """),
    LINE_ENDINGS(
        """
        attributes '*.txt text eol=crlf
        *.bin -text
        *.id ident'
        """),
    ENCODINGS(
        """
        attributes 'a.txt working-tree-encoding=UTF-16
        b.txt working-tree-encoding=UTF-16LE
        c.txt working-tree-encoding=UTF-16BE eol=crlf
        d.txt working-tree-encoding=ISO-8859-1
        e.txt working-tree-encoding=UTF-16LE-BOM
        f.txt working-tree-encoding=UTF-32
        g.txt working-tree-encoding=utf8
        h.txt working-tree-encoding=windows-1252'
        """),
    IMPOSSIBLE_ENCODING("attributes 'a.txt working-tree-encoding=SHIFT-JIS'", "SHIFT-JIS"),
    UNKNOWN_ENCODING("attributes 'a.txt working-tree-encoding=mine'", "mine"),
    UNKNOWN_EXTENSION("git config core.repositoryformatversion 1; git config extensions.mine true"),
    UNKNOWN_VERSION("git config core.repositoryformatversion 2"),
    SHA256("new_repository --object-format=sha256; git update-ref HEAD $(commit x)", "sha256"),
    SHA256_EMPTY("new_repository --object-format=sha256", "sha256"),
    NAMES_NOT_UTF8(
        """
        imported <<'END'
        M 100644 inline "caf\\351/x"
        END
        """,
        "caf\\351/x"),
    A_BRANCH_NOT_UTF8("git branch $(printf 'caf\\351') main", "\"refs/heads/caf\\351\""),
    A_PACKED_TAG_NOT_UTF8(
        "git tag $(printf 'caf\\351') main; git pack-refs --all", "\"refs/tags/caf\\351\""),
    HEAD_NOT_UTF8(
        "git branch $(printf 'caf\\351') main; git symbolic-ref HEAD refs/heads/$(printf 'caf\\351')",
        "\"refs/heads/caf\\351\""),
    EMPTY_WITH_A_HEAD_NOT_UTF8(
        "new_repository; git symbolic-ref HEAD refs/heads/$(printf 'caf\\351')",
        "\"refs/heads/caf\\351\"");

    private final String script;
    private final String refusal;

    Kind(String script) {
      this(script, "");
    }

    /** A kind that is refused with these words in the message, although git clones it. */
    Kind(String script, String refusal) {
      this.script = script;
      this.refusal = refusal;
    }

    void make(Path root) throws IOException {
      Path repository = History.bare(root, this + ".git", 3);
      Programs.run(repository, "sh", "-e", "-c", PRELUDE + script);
    }
  }

  private static final String PRELUDE =
      """
      export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
      export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
      commit() { git commit-tree -m "$1" $(git mktree </dev/null); }
      new_repository() { rm -rf ./*; git init -q --bare --initial-branch=main "$@" .; }
      replace_by() { mv "$1" ../moved; rm -rf ./*; mv ../moved/* .; rmdir ../moved; }
      imported() {
        { printf 'commit refs/heads/main\\ncommitter A <a@b> 1000000000 +0000\\ndata 1\\nx'
          printf 'from refs/heads/main^0\\n'
          while read -r line; do printf '%s\\ndata 5\\nlink\\n\\n' "$line"; done
        } | git fast-import --quiet --force
      }
      attributes() {
        all=$(printf '%s\\n' "$1" | sed 's/^ *//')
        text=$(printf 'gr\\303\\274n $Id$\\nzwei\\n.')
        { printf 'commit refs/heads/main\\ncommitter A <a@b> 1000000000 +0000\\ndata 1\\nx'
          printf 'from refs/heads/main^0\\nM 100644 inline .gitattributes\\ndata <<END\\n%s\\nEND\\n' "$all"
          for name in $(printf '%s\\n' "$all" | sed 's/ .*//;s/\\*/star/'); do
            printf 'M 100644 inline %s\\ndata <<END\\n%s\\nEND\\n' "$name" "${text%.}"
          done
        } | git fast-import --quiet --force
      }
      """;

  @ParameterizedTest
  @EnumSource(Transport.class)
  void clone_everyKind_agreesWithGitOrIsRefused(Transport transport) throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path own = Files.createDirectory(folder.resolve("server"));
    for (Kind kind : Kind.values()) {
      kind.make(root);
    }
    StringBuilder table = new StringBuilder();
    List<String> wrong = new ArrayList<>();
    try (Running server = transport.start(root, own)) {
      for (Kind kind : Kind.values()) {
        String address = server.address(kind + ".git");
        Outcome theirs = byGit(address, folder.resolve("gits-" + kind), own);
        Outcome ours = byUs(server, address, folder.resolve("ours-" + kind));
        boolean agrees =
            (kind.refusal.isEmpty() || isUnknown(kind, transport))
                ? ours.equals(theirs)
                : ours.isRefusal(kind.refusal);
        table.append(
            "%-13s %-27s git: %-60.60s ours: %s%s%n"
                .formatted(transport, kind, theirs, ours, agrees ? "" : "   <-- WRONG"));
        if (!agrees) {
          wrong.add(
              "%s by %s%ngit:  %s%nours: %s".formatted(kind, transport, theirs.all, ours.all));
        }
      }
    }
    System.out.print(table);
    assertWithMessage("%s", String.join("\n", wrong)).that(wrong).isEmpty();
  }

  /**
   * Returns whether the client cannot know the format and the HEAD of a repository. In version 0,
   * an empty one does not tell them. Git then clones it with SHA-1 and the default HEAD.
   */
  private static boolean isUnknown(Kind kind, Transport transport) {
    return (kind == Kind.SHA256_EMPTY || kind == Kind.EMPTY_WITH_A_HEAD_NOT_UTF8)
        && transport == Transport.SSH;
  }

  private static Outcome byGit(String address, Path into, Path own) throws IOException {
    String ssh =
        "GIT_SSH_COMMAND=ssh -F /dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR"
            + " -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes -i "
            + own.resolve("client");
    try {
      String unused =
          Programs.git(
              List.of(ssh, "no_proxy=*"),
              own,
              "-c",
              "init.defaultBranch=master",
              "clone",
              "-q",
              "--no-local",
              address,
              into.toString());
      return Outcome.of(into);
    } catch (IOException e) {
      return Outcome.refusal(String.valueOf(e.getMessage()), into);
    }
  }

  private static Outcome byUs(Running server, String address, Path into) throws IOException {
    try {
      GitClient.of(server.resolver()).withContext(server.context()).clone(address, into).close();
      return Outcome.of(into);
    } catch (GitException e) {
      return Outcome.refusal(String.valueOf(e.getMessage()), into);
    }
  }

  /**
   * The outcome of a clone.
   *
   * @param brief the text for the table
   * @param all the text for comparison, or an empty string if the clone was refused
   */
  private record Outcome(String brief, String all) {
    static Outcome of(Path clone) throws IOException {
      String head = Files.readString(clone.resolve(".git/HEAD"), ISO_8859_1).strip();
      String refs =
          Programs.run(
              clone,
              "sh",
              "-c",
              "git for-each-ref '--format=%(refname) %(objectname) %(symref)' | cat -v");
      String status = History.git(clone, "status", "--porcelain", "--ignored");
      String fsck = fsck(clone);
      Path shallow = clone.resolve(".git/shallow");
      String boundaries = Files.exists(shallow) ? Files.readString(shallow) : "";
      String files =
          Programs.run(
              clone,
              "sh",
              "-c",
              "find . -path ./.git -prune -o -printf '%p %y %m %l\\n' -type f -exec sha1sum {} ';'"
                  + " | LC_ALL=C sort | cat -v");
      String branches =
          Programs.run(clone, "sh", "-c", "git config --get-regexp '^branch' | cat -v");
      String brief =
          "%s, %d refs, %s, %s%s"
              .formatted(
                  head.startsWith("ref: ") ? head.substring("ref: refs/".length()) : "detached",
                  refs.lines().count(),
                  status.isEmpty() ? "clean" : "dirty",
                  fsck,
                  boundaries.isEmpty() ? "" : ", shallow");
      return new Outcome(
          brief, String.join("\n", head, refs, status, fsck, boundaries, files, branches));
    }

    private static String fsck(Path clone) {
      try {
        String unused = History.git(clone, "fsck", "--full", "--strict");
        return "sound";
      } catch (IOException e) {
        return "DAMAGED";
      }
    }

    static Outcome refusal(String message, Path into) {
      String brief = message.replaceFirst("(?s).* failed: ", "");
      return new Outcome("refused: " + brief, Files.exists(into) ? "but left a folder" : "");
    }

    boolean isRefusal(String words) {
      return all.isEmpty() && brief.contains(words);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Outcome outcome && outcome.all.equals(all);
    }

    @Override
    public int hashCode() {
      return all.hashCode();
    }

    @Override
    public String toString() {
      String line = brief.replace('\n', ' ');
      return line.replaceAll("/tmp/[^ ]*/", "");
    }
  }
}
