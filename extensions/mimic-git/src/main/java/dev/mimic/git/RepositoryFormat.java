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
 * The format of a repository on disk (gitrepository-layout(5) and git-config(1), "extensions").
 * JGit 7.8 refuses versions above 1 and reads {@code extensions.refStorage}; it takes no notice of
 * the other extensions, and would read or write such a repository wrongly.
 */
final class RepositoryFormat {
  private static final String OBJECT_FORMAT = "objectformat";

  // Those that JGit does, and those that change nothing of what is read and written here.
  private static final ImmutableSet<String> UNDERSTOOD =
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

  /** Throws if what is in this repository is not what JGit takes it for. */
  static void check(Repository repository) throws IOException {
    check(repository, repository.toString());
  }

  /**
   * Throws as above.
   *
   * @param name of the repository, for messages
   */
  static void check(Repository repository, String name) throws IOException {
    check(repository.getConfig(), name);
    RefNames.check(repository, name);
  }

  /**
   * Throws if a repository with this configuration is not what JGit takes it for.
   *
   * @param name of the repository, for messages
   */
  private static void check(Config config, String name) throws GitException {
    String objects = config.getString(CONFIG_EXTENSIONS_SECTION, null, OBJECT_FORMAT);
    if (objects != null && !Ascii.equalsIgnoreCase(objects, "sha1")) {
      throw unsupported(name, objects);
    }
    int version = config.getInt(CONFIG_CORE_SECTION, CONFIG_KEY_REPO_FORMAT_VERSION, 0);
    if (version > 1) {
      throw new GitException(
          "%s has the format version %d, and versions up to 1 are supported: use git"
              .formatted(name, version));
    }
    if (version == 0) {
      return; // in which git takes no notice of extensions either
    }
    for (String extension : config.getNames(CONFIG_EXTENSIONS_SECTION)) {
      if (!UNDERSTOOD.contains(Ascii.toLowerCase(extension))) {
        throw new GitException(
            "%s has the extension %s, which is not supported: use git".formatted(name, extension));
      }
    }
  }

  static GitException unsupported(String name, String format) {
    return new GitException(
        OneLine.of(
            "%s has objects in the format %s, and only sha1 is supported: use git"
                .formatted(name, format)));
  }
}
