package dev.mimic.git;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.util.QuotedString;

/**
 * The request of a client to a server.
 *
 * @param push whether the client pushes; it fetches otherwise
 * @param path the path of the repository, without a leading slash or {@code ..}
 * @param parameters extra parameters, such as {@code version=2}
 */
record GitRequest(boolean push, String path, List<String> parameters) {
  private static final Pattern COMMAND =
      Pattern.compile("git[- ](?<service>upload-pack|receive-pack) +(?<path>.+)");

  /** Parses the first line of a client of {@code git://}. */
  static GitRequest ofLine(String line) throws PackProtocolException {
    List<String> parts = Splitter.on('\0').splitToList(line);
    List<String> parameters =
        parts.stream().skip(1).filter(part -> part.startsWith("version=")).toList();
    return of(parts.get(0), parameters);
  }

  /** Parses the shell command of an SSH client. */
  static GitRequest ofCommand(String command) throws PackProtocolException {
    return of(command, List.of());
  }

  private static GitRequest of(String text, List<String> parameters) throws PackProtocolException {
    Matcher command = COMMAND.matcher(text.strip());
    if (!command.matches()) {
      throw new PackProtocolException(
          "this server runs only git-upload-pack and git-receive-pack, with the path of a"
              + " repository");
    }
    String path = command.group("path");
    return of(
        command.group("service").equals("receive-pack"),
        path.startsWith("'") ? QuotedString.BOURNE.dequote(path) : path,
        parameters);
  }

  /** Creates a request, after a check that the path stays within the served folder. */
  static GitRequest of(boolean push, String path, List<String> parameters)
      throws PackProtocolException {
    String name = CharMatcher.is('/').trimLeadingFrom(path);
    if (name.isEmpty()
        || CharMatcher.javaIsoControl().matchesAnyOf(name)
        || Splitter.on('/').splitToList(name).contains("..")) {
      throw new PackProtocolException("there is no repository of this name");
    }
    return new GitRequest(push, name, parameters);
  }
}
