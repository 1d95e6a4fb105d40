package dev.mimic.git;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.transport.RemoteConfig;

/**
 * The addresses of a remote (git-config(1), {@code remote.*.url} and {@code url.*.insteadOf}).
 * JGit's own reader does not follow all rules of git.
 */
final class RemoteAddresses {
  private static final String PUSH_URL = "pushurl";
  private static final String INSTEAD_OF = "insteadOf";
  private static final String PUSH_INSTEAD_OF = "pushInsteadOf";

  private RemoteAddresses() {}

  /** Returns the addresses to fetch from, of which git uses the first. */
  static List<GitAddress> forFetch(Config config, String remote) throws IOException {
    return rewritten(config, urls(config, remote, ConfigConstants.CONFIG_KEY_URL), INSTEAD_OF);
  }

  /** Returns the addresses to push to. Git pushes to all of them. */
  static List<GitAddress> forPush(Config config, String remote) throws IOException {
    List<String> own = urls(config, remote, PUSH_URL);
    return own.isEmpty()
        ? rewritten(
            config,
            urls(config, remote, ConfigConstants.CONFIG_KEY_URL),
            PUSH_INSTEAD_OF,
            INSTEAD_OF)
        : rewritten(config, own, INSTEAD_OF);
  }

  /** Returns the address to clone from in place of this one. */
  static GitAddress forClone(Config config, GitAddress at) throws IOException {
    Optional<String> rewritten = rewritten(config, at.text(), INSTEAD_OF);
    return rewritten.isPresent() ? GitAddress.ofConfiguration(rewritten.orElseThrow()) : at;
  }

  private static List<String> urls(Config config, String remote, String key) {
    return List.of(config.getStringList(ConfigConstants.CONFIG_REMOTE_SECTION, remote, key));
  }

  private static List<GitAddress> rewritten(Config config, List<String> urls, String... keys)
      throws IOException {
    List<GitAddress> addresses = new ArrayList<>();
    for (String each : urls) {
      Optional<String> rewritten = Optional.empty();
      for (String key : keys) {
        rewritten = rewritten.or(() -> rewritten(config, each, key));
      }
      addresses.add(GitAddress.ofConfiguration(rewritten.orElse(each)));
    }
    return addresses;
  }

  /** Replaces the longest configured prefix of an address. Returns empty if none matches. */
  private static Optional<String> rewritten(Config config, String url, String key) {
    String base = "";
    String longest = "";
    for (String each : config.getSubsections(ConfigConstants.CONFIG_KEY_URL)) {
      for (String prefix : config.getStringList(ConfigConstants.CONFIG_KEY_URL, each, key)) {
        if (url.startsWith(prefix) && prefix.length() > longest.length()) {
          base = each;
          longest = prefix;
        }
      }
    }
    return longest.isEmpty()
        ? Optional.empty()
        : Optional.of(base + url.substring(longest.length()));
  }

  /** Returns the configuration of a remote except its addresses. */
  static RemoteConfig withoutAddresses(Config config, String remote) {
    Config withoutAddresses = new Config();
    String section = ConfigConstants.CONFIG_REMOTE_SECTION;
    for (String key : config.getNames(section, remote, true)) {
      if (!key.equals(ConfigConstants.CONFIG_KEY_URL) && !key.equals(PUSH_URL)) {
        withoutAddresses.setStringList(
            section, remote, key, List.of(config.getStringList(section, remote, key)));
      }
    }
    try {
      return new RemoteConfig(withoutAddresses, remote);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // impossible without URIs
    }
  }
}
