package dev.mimic.git;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.util.QuotedString;

/**
 * What a client asks a server for.
 *
 * @param push whether it wants to push, and not to fetch
 * @param path the repository, without a slash at its beginning or {@code ..}
 * @param parameters what it says besides, such as {@code version=2}
 */
record GitRequest(boolean push, String path, List<String> parameters) {
  private static final Pattern COMMAND =
      Pattern.compile("git[- ](?<service>upload-pack|receive-pack) +(?<path>.+)");

  /** Reads the line that a client of {@code git://} begins with. */
  static GitRequest ofLine(String line) throws PackProtocolException {
    List<String> parts = Splitter.on('\0').splitToList(line);
    List<String> parameters =
        parts.stream().skip(1).filter(part -> part.startsWith("version=")).toList();
    return of(parts.get(0), parameters);
  }

  /** Reads the command that a client has a shell run. */
  static GitRequest ofCommand(String command) throws PackProtocolException {
    return of(command, List.of());
  }

  private static GitRequest of(String text, List<String> parameters) throws PackProtocolException {
    Matcher command = COMMAND.matcher(text.strip());
    if (!command.matches()) {
      throw new PackProtocolException(
          "only git-upload-pack and git-receive-pack are served here, with the path of a repository");
    }
    String path = command.group("path");
    return of(
        command.group("service").equals("receive-pack"),
        path.startsWith("'") ? QuotedString.BOURNE.dequote(path) : path,
        parameters);
  }

  /** Checks that the path can be no other than it seems. */
  static GitRequest of(boolean push, String path, List<String> parameters)
      throws PackProtocolException {
    String name = CharMatcher.is('/').trimLeadingFrom(path);
    if (name.isEmpty()
        || CharMatcher.javaIsoControl().matchesAnyOf(name)
        || Splitter.on('/').splitToList(name).contains("..")) {
      throw new PackProtocolException("there is no repository of such a name");
    }
    return new GitRequest(push, name, parameters);
  }
}
