package dev.mimic.git;

import static com.google.common.base.Strings.nullToEmpty;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.base.StandardSystemProperty;
import com.google.common.net.PercentEscaper;
import dev.mimic.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.QuotedString;

/**
 * The address of a repository: a URI, {@code user@host:path}, or a local path, with the syntax of
 * git ({@code connect.c}, {@code parse_connect_url}). Addresses are parsed only here. The resolver
 * gets {@link #endpoint} and JGit gets {@link #uri}, both built from the parsed parts.
 *
 * <p>Unlike git, this class rejects names that no host can have.
 *
 * @param text the parsed text
 * @param configUrl the form for the configuration of a repository: that of git, but without the
 *     password, which others could read there
 * @param redacted the address without its password, and without parts that could be one
 * @param access the way to reach a service at this address
 * @param path the path for the server; for HTTP, it is encoded and includes the query
 * @param redactedPath the path without parts that could be secret
 */
record GitAddress(
    String text,
    String configUrl,
    String redacted,
    Access access,
    GitAuthority server,
    String path,
    String redactedPath) {
  private static final Pattern URL =
      Pattern.compile("(?s)(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<rest>.*)");
  private static final Pattern HELPER = Pattern.compile("(?s)[A-Za-z0-9+.-]+::.*");
  private static final Pattern DRIVE = Pattern.compile("(?s)[A-Za-z]:.*");
  private static final Pattern PARAMETER = Pattern.compile("([^=&]*=)?[^&]*");
  private static final String MASK = "***";
  private static final PercentEscaper USER_INFO = new PercentEscaper("-._~", false);
  private static final PercentEscaper PATH = new PercentEscaper("-._~/!$&'()*+,;=:@", false);

  /** The way to reach a service: a local folder, HTTP, a shell command, or a request line. */
  enum Access {
    FILE,
    HTTP,
    COMMAND,
    REQUEST_LINE
  }

  /** Parses the input of a user. A path is relative to the current folder. */
  static GitAddress parse(String text) throws IOException {
    return isLocal(text) ? ofPath(absolute(text)) : ofConfiguration(text);
  }

  /** Parses an address in the configuration of a repository. A path is relative to that. */
  static GitAddress ofConfiguration(String text) throws IOException {
    if (text.isBlank()) {
      throw new GitException("the address of the repository is empty");
    }
    if (CharMatcher.javaIsoControl().matchesAnyOf(text)) {
      throw new GitException("the address of the repository has control characters");
    }
    if (isPath(text)) {
      return ofPath(text);
    }
    Matcher url = URL.matcher(text);
    if (url.matches()) {
      return ofUrl(text, url.group("scheme").toLowerCase(Locale.ROOT), url.group("rest"));
    }
    if (HELPER.matcher(text).matches()) {
      throw new GitException(
          "the address of the repository asks for a remote helper (helper::address), which is not"
              + " supported: write a URI, or user@host:path");
    }
    return ofScp(text);
  }

  private static boolean isPath(String text) {
    int colon = text.indexOf(':');
    int slash = text.indexOf('/');
    return colon < 0
        || (slash >= 0 && slash < colon)
        || (isWindows() && DRIVE.matcher(text).matches());
  }

  private static boolean isWindows() {
    return String.valueOf(StandardSystemProperty.OS_NAME.value()).startsWith("Windows");
  }

  // As in git clone, an existing path takes precedence over any other meaning.
  private static boolean isLocal(String text) {
    if (text.isBlank() || CharMatcher.javaIsoControl().matchesAnyOf(text)) {
      return false;
    }
    File file = new File(text);
    return isPath(text)
        || file.isFile() // a bundle
        || RepositoryCache.FileKey.resolve(file, FS.DETECTED) != null;
  }

  private static String absolute(String text) {
    Path path = Path.of(text);
    return path.isAbsolute() ? text : Path.of("").toAbsolutePath() + "/" + text;
  }

  private static GitAddress ofPath(String path) {
    return new GitAddress(path, path, path, Access.FILE, GitAuthority.NONE, path, path);
  }

  private static GitAddress ofUrl(String text, String scheme, String rest) throws GitException {
    Access access =
        switch (scheme) {
          case "file" -> Access.FILE;
          case "http", "https" -> Access.HTTP;
          case "ssh", "git+ssh", "ssh+git" -> Access.COMMAND;
          default -> Access.REQUEST_LINE;
        };
    boolean isHttp = access == Access.HTTP;
    int end = (isHttp ? CharMatcher.anyOf("/?#") : CharMatcher.is('/')).indexIn(rest);
    if (isHttp && rest.indexOf('#') >= 0) {
      throw new GitException("the address of the repository has a fragment: write %23 for '#'");
    }
    if (end < 0 && !isHttp) {
      throw new GitException("the address of the repository has no path");
    }
    String authority = end < 0 ? rest : rest.substring(0, end);
    String path = end < 0 ? "" : rest.substring(end);
    if (access == Access.FILE) { // git ignores the host
      String configUrl = "file://" + withoutPassword(authority) + path;
      String decoded = decode(path);
      return new GitAddress(
          text, configUrl, configUrl, access, GitAuthority.NONE, decoded, decoded);
    }
    GitAuthority server = GitAuthority.ofUrl(access == Access.COMMAND ? "ssh" : scheme, authority);
    String whole = path.startsWith("/") ? path : "/" + path;
    String decoded = isHttp ? whole : decode(path);
    String home = decoded.startsWith("/~") && !isHttp ? decoded.substring(1) : decoded;
    String userAndHost = withoutPassword(authority);
    // The user of HTTP can be a token. Git does not show it either.
    String redactedUser = isHttp ? server.hostAndPort() : userAndHost;
    boolean afterColon = authority.indexOf(':') >= 0;
    return new GitAddress(
        text,
        scheme + "://" + userAndHost + path,
        scheme + "://" + redactedUser + redact(path, afterColon),
        access,
        server,
        checkedPath(home),
        redact(decoded, afterColon));
  }

  private static GitAddress ofScp(String text) throws GitException {
    int host = text.indexOf("@[") + 1;
    int bracket = text.startsWith("[", host) ? Math.max(text.indexOf(']', host), host) : host;
    int colon = text.indexOf(':', bracket);
    if (colon < 0) {
      throw new GitException("the address of the repository has no path");
    }
    String before = text.substring(0, colon);
    String path = text.substring(colon + 1);
    GitAuthority server = GitAuthority.ofScp(before);
    String home = path.startsWith("/~") ? path.substring(1) : path;
    String redacted = text.substring(0, colon + 1) + redact(path, true);
    return new GitAddress(
        text, text, redacted, Access.COMMAND, server, checkedPath(home), redact(path, true));
  }

  private static String checkedPath(String path) throws GitException {
    if (CharMatcher.javaIsoControl().matchesAnyOf(path) || path.startsWith("-")) {
      throw new GitException(
          "the path of the repository begins with '-' or has control characters: use another");
    }
    return path;
  }

  /** Decodes percent signs as git does: those without two digits, or with zero, are kept. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int value = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1], bytes[i + 2]) : 0;
      out.write(value > 0 ? value : bytes[i]);
      i += value > 0 ? 2 : 0;
    }
    return out.toString(UTF_8);
  }

  private static int hex(byte high, byte low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 ? 0 : first * 16 + second;
  }

  /** Removes the password after the colon of {@code user:password}, or after {@code %3A}. */
  private static String withoutPassword(String authority) {
    int at = authority.lastIndexOf('@');
    String user = authority.substring(0, Math.max(at, 0)).replaceFirst("(?i)(:|%3A).+", "");
    return user.isEmpty() ? authority.substring(at + 1) : user + authority.substring(at);
  }

  /** Returns the address for the resolver, which contains only the server. */
  String endpoint() {
    String user = server.user().map(USER_INFO::escape).orElse("");
    String password = server.password().map(secret -> ":" + USER_INFO.escape(secret)).orElse("");
    String at = user.isEmpty() && password.isEmpty() ? "" : "@";
    boolean isOther = access == Access.REQUEST_LINE && !server.scheme().equals("git");
    return server.scheme()
        + "://"
        + user
        + password
        + at
        + server.hostAndPort()
        + (isOther ? PATH.escape(path) : "");
  }

  /** Returns the address for JGit, without the user and with a redacted path. */
  URIish uri() {
    if (access == Access.FILE) {
      return new URIish().setPath(path);
    }
    URIish uri =
        new URIish()
            .setScheme(server.scheme())
            .setHost(server.bracketedHost())
            .setPort(server.port());
    String redacted = redactedPath.startsWith("/") ? redactedPath : "/" + redactedPath;
    try {
      return access == Access.HTTP ? uri.setRawPath(redacted) : uri.setPath(redacted);
    } catch (URISyntaxException e) {
      return uri.setPath(redacted); // a percent sign is not followed by two digits
    }
  }

  /** Restores the redacted parts in a URL that JGit has built from {@link #uri}. */
  String unredacted(String url) {
    return url.replace(redactedPath, path);
  }

  /** Returns the shell command for a service. */
  String command(String service) {
    return service + " " + QuotedString.BOURNE.quote(path);
  }

  /** Returns the first line for a server of {@code git://}, which asks for version 2. */
  String requestLine(String service) {
    String requestLine = "%s %s\0host=%s\0".formatted(service, path, server.hostAndPort());
    return service.equals("git-upload-pack") ? requestLine + "\0version=2\0" : requestLine;
  }

  /** Removes the secrets of this address from a text of JGit or of the server. */
  String scrub(String message) {
    List<String> secrets = new ArrayList<>();
    int query = access == Access.HTTP ? path.indexOf('?') : -1;
    if (query >= 0) {
      for (String each : Splitter.on('&').split(path.substring(query + 1))) {
        String value = each.substring(each.indexOf('=') + 1);
        secrets.add(value);
        secrets.add(decode(value));
      }
    }
    String user = server.user().orElse("");
    if (user.indexOf(':') >= 0) {
      secrets.add(user.substring(user.indexOf(':') + 1));
    }
    return Secrets.of(secrets).withLogin(user, server.password().orElse("")).hideIn(message);
  }

  /**
   * Returns a path without the values of a query, which can be tokens. If a colon precedes the
   * path, the part before an at-sign is removed too, since it could be the rest of a password.
   */
  private static String redact(String path, boolean afterColon) {
    int at = afterColon ? path.lastIndexOf('@') : -1;
    String redacted = at < 0 ? path : (path.startsWith("/") ? "/" : "") + MASK + path.substring(at);
    int query = redacted.indexOf('?');
    return query < 0
        ? redacted
        : redacted.substring(0, query + 1)
            + PARAMETER
                .matcher(redacted.substring(query + 1))
                .replaceAll(found -> found.group().isEmpty() ? "" : redactedParameter(found));
  }

  private static String redactedParameter(MatchResult parameter) {
    return Matcher.quoteReplacement(nullToEmpty(parameter.group(1)) + MASK);
  }

  /** Returns the redacted address. */
  @Override
  public String toString() {
    return redacted;
  }
}
