package dev.mimic.git;

import com.google.common.base.CharMatcher;
import com.google.common.base.Strings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.QuotedString;

/** Where a repository is: a URI, {@code user@host:path}, or a path of this machine. */
record GitAddress(String text, URIish uri) {
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");

  /** Reads what a user has written; a path is of the folder that the program runs in. */
  static GitAddress parse(String text) throws IOException {
    GitAddress at = ofConfiguration(text);
    return at.uri.getScheme() == null && at.asking() == Asking.OF_A_FILE
        ? ofConfiguration(Path.of(at.uri.getPath()).toAbsolutePath().normalize().toString())
        : at;
  }

  /** Reads what a repository's configuration says; a path is of that repository. */
  static GitAddress ofConfiguration(String text) throws IOException {
    if (text.isBlank()) {
      throw new GitException("the address of the repository is empty");
    }
    Matcher scheme = SCHEME.matcher(text);
    String lower = scheme.replaceFirst(found -> found.group().toLowerCase(Locale.ROOT));
    try {
      URIish uri = new URIish(lower);
      check(uri, scheme.reset().lookingAt());
      return new GitAddress(lower, uri);
    } catch (URISyntaxException e) {
      throw notUnderstood(); // its message would repeat the address, and with it a password
    }
  }

  private static void check(URIish uri, boolean hasScheme) throws GitException {
    boolean isFile = uri.getScheme() == null || uri.getScheme().equals("file");
    String host = Strings.nullToEmpty(uri.getHost());
    String path = Strings.nullToEmpty(uri.getPath());
    if ((hasScheme && uri.getScheme() == null) || (!isFile && host.isEmpty())) {
      throw notUnderstood();
    }
    if (CharMatcher.javaIsoControl().matchesAnyOf(host + path)
        || (!host.isEmpty() && path.startsWith("-"))) {
      throw new GitException("the path of the repository is not safe to ask a server for");
    }
  }

  private static GitException notUnderstood() {
    return new GitException(
        "the address of the repository cannot be understood: write a URI, or user@host:path; a"
            + " password's special characters are written as in %2F");
  }

  /** Returns how a service is asked for at what this address connects to. */
  Asking asking() {
    Optional<String> scheme = Optional.ofNullable(uri.getScheme());
    if (scheme.isEmpty()) {
      return uri.getHost() == null ? Asking.OF_A_FILE : Asking.BY_A_COMMAND;
    }
    return switch (scheme.orElseThrow()) {
      case "file" -> Asking.OF_A_FILE;
      case "http", "https" -> Asking.BY_HTTP;
      case "ssh" -> Asking.BY_A_COMMAND;
      default -> Asking.BY_A_LINE;
    };
  }

  enum Asking {
    OF_A_FILE,
    BY_HTTP,
    BY_A_COMMAND,
    BY_A_LINE
  }

  /** Returns what a shell of the server is to run. */
  String command(String service) {
    return service + " " + QuotedString.BOURNE.quote(path());
  }

  /** Returns the path; {@code /~user/path} of a URI is in a home folder. */
  private String path() {
    String path = uri.getPath();
    return uri.getScheme() != null && path.startsWith("/~") ? path.substring(1) : path;
  }

  /** Returns what is asked of a server of {@code git://}, which is to speak version 2. */
  String line(String service) {
    String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
    String line = "%s %s\0host=%s%s\0".formatted(service, path(), uri.getHost(), port);
    return service.equals("git-upload-pack") ? line + "\0version=2\0" : line;
  }

  /** Returns it without its password. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
