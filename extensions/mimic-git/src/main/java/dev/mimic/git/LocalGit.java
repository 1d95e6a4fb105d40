package dev.mimic.git;

import dev.mimic.Context;
import dev.mimic.flow.Flow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;

/**
 * The {@code git} program, if installed, as the server of local repositories. JGit's own local
 * transport runs no hooks, and does not read {@code receive.denyCurrentBranch}.
 */
record LocalGit(Optional<Path> program) {
  // The variables that git removes from the environment of a service ("git rev-parse
  // --local-env-vars"), because they describe the repository of the caller.
  private static final List<String> REPOSITORY_VARIABLES =
      List.of(
          "GIT_ALTERNATE_OBJECT_DIRECTORIES",
          "GIT_COMMON_DIR",
          "GIT_CONFIG",
          "GIT_CONFIG_COUNT",
          "GIT_CONFIG_PARAMETERS",
          "GIT_DIR",
          "GIT_GRAFT_FILE",
          "GIT_IMPLICIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_INTERNAL_SUPER_PREFIX",
          "GIT_NO_REPLACE_OBJECTS",
          "GIT_OBJECT_DIRECTORY",
          "GIT_PREFIX",
          "GIT_REPLACE_REF_BASE",
          "GIT_SHALLOW_FILE",
          "GIT_WORK_TREE");

  private static final List<String> HOOKS =
      List.of(
          "pre-receive",
          "update",
          "proc-receive",
          "post-receive",
          "post-update",
          "reference-transaction",
          "push-to-checkout");

  /** Returns the program that a context names, or the first one on PATH. */
  static LocalGit of(Context context) {
    Optional<Path> named = context.get(GitClient.PROGRAM);
    return new LocalGit(
        named.isPresent()
            ? named.filter(Files::isExecutable)
            : Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> Stream.of("git", "git.exe").map(Path.of(folder)::resolve))
                .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
                .findFirst());
  }

  /** Resolves a path of the configuration of a repository. */
  static Path resolve(Repository local, GitAddress at) {
    File base = local.isBare() ? local.getDirectory() : local.getWorkTree();
    return base.toPath().resolve(at.uri().getPath()).toAbsolutePath().normalize();
  }

  /**
   * Starts a service of git.
   *
   * @param exitTimeout the limit on the wait for the program to exit after the transfer
   */
  Flow connect(String service, Path repository, Duration exitTimeout) throws IOException {
    String git = program.orElseThrow().toString();
    ProcessBuilder builder =
        switch (service) {
          case "git-upload-pack" -> new ProcessBuilder(git, "upload-pack", repository.toString());
          case "git-receive-pack" -> new ProcessBuilder(git, "receive-pack", repository.toString());
          // remote.origin.uploadpack or .receivepack, which is a shell command
          default ->
              new ProcessBuilder("sh", "-c", service + " \"$@\"", service, repository.toString());
        };
    REPOSITORY_VARIABLES.forEach(builder.environment()::remove);
    builder.environment().put("GIT_PROTOCOL", "version=2"); // used by fetches only
    return ProcessFlow.start(builder, exitTimeout);
  }

  /** Throws if JGit would misread a repository. */
  static void checkFormat(Path folder) throws IOException {
    Optional<Repository> found = open(folder);
    if (found.isPresent()) {
      try (Repository repository = found.orElseThrow()) {
        RepositoryFormat.check(repository, folder.toString());
      }
    }
  }

  /** Throws if a push by git, which is not installed, would differ from one by JGit. */
  static void checkPush(Path folder) throws IOException {
    Optional<Repository> found = open(folder);
    if (found.isEmpty()) {
      return;
    }
    try (Repository repository = found.orElseThrow()) {
      Config config = repository.getConfig();
      String why = "";
      if (!repository.isBare()) {
        why = "a branch is checked out there";
      } else if (config.getString(ConfigConstants.CONFIG_CORE_SECTION, null, "hooksPath") != null) {
        why = "core.hooksPath is set there";
      } else if (!config.getNames("receive").isEmpty()) {
        why = "receive." + config.getNames("receive").iterator().next() + " is set there";
      }
      for (String hook : HOOKS) {
        if (Files.isExecutable(repository.getDirectory().toPath().resolve("hooks").resolve(hook))) {
          why = "it has a hook, " + hook;
        }
      }
      if (!why.isEmpty()) {
        throw new GitException(
            "%s cannot be pushed to without git, because %s: install git, or push to a server"
                .formatted(folder, why));
      }
    }
  }

  private static Optional<Repository> open(Path folder) throws IOException {
    File found = FileKey.resolve(folder.toFile(), FS.DETECTED);
    return found == null
        ? Optional.empty()
        : Optional.of(new FileRepositoryBuilder().setGitDir(found).setMustExist(true).build());
  }
}
