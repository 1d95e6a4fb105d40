package dev.mimic.git;

import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_CORE_SECTION;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_EXTENSIONS_SECTION;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_KEY_REPO_FORMAT_VERSION;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;

/**
 * A check of the format of a repository (gitrepository-layout(5) and git-config(1), "extensions").
 * JGit 7.8 refuses versions above 1 and supports {@code extensions.refStorage}. It ignores other
 * extensions, and would misread or damage such a repository.
 */
final class RepositoryFormat {
  private static final String OBJECT_FORMAT = "objectformat";

  // Extensions that JGit supports, and those that do not affect reads and writes of this module.
  private static final ImmutableSet<String> SUPPORTED =
      ImmutableSet.of(
          OBJECT_FORMAT,
          "noop",
          "noop-v1",
          "partialclone",
          "preciousobjects",
          "refstorage",
          "relativeworktrees",
          "worktreeconfig");

  private RepositoryFormat() {}

  /** Throws if JGit would misread a repository. */
  static void check(Repository repository) throws IOException {
    check(repository, repository.toString());
  }

  /**
   * Throws if JGit would misread a repository.
   *
   * @param name the name of the repository, for messages
   */
  static void check(Repository repository, String name) throws IOException {
    check(repository.getConfig(), name);
    RefNames.check(repository, name);
  }

  /**
   * Throws if JGit would misread a repository with this configuration.
   *
   * @param name the name of the repository, for messages
   */
  private static void check(Config config, String name) throws GitException {
    String objects = config.getString(CONFIG_EXTENSIONS_SECTION, null, OBJECT_FORMAT);
    if (objects != null && !Ascii.equalsIgnoreCase(objects, "sha1")) {
      throw unsupported(name, objects);
    }
    int version = config.getInt(CONFIG_CORE_SECTION, CONFIG_KEY_REPO_FORMAT_VERSION, 0);
    if (version > 1) {
      throw new GitException(
          "%s has the format version %d, but only versions up to 1 are supported: use git"
              .formatted(name, version));
    }
    if (version == 0) {
      return; // git ignores extensions too in this version
    }
    for (String extension : config.getNames(CONFIG_EXTENSIONS_SECTION)) {
      if (!SUPPORTED.contains(Ascii.toLowerCase(extension))) {
        throw new GitException(
            "%s has the extension %s, which is not supported: use git".formatted(name, extension));
      }
    }
  }

  static GitException unsupported(String name, String format) {
    return new GitException(
        OneLine.of(
            "%s has objects in the format %s, but only sha1 is supported: use git"
                .formatted(name, format)));
  }
}
