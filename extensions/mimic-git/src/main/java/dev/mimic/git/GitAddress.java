package dev.mimic.git;

import static com.google.common.base.Strings.nullToEmpty;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.base.StandardSystemProperty;
import com.google.common.net.PercentEscaper;
import com.google.common.primitives.Ints;
import dev.mimic.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.QuotedString;

/**
 * The address of a repository: a URI, {@code user@host:path}, or a path of this machine, as git
 * reads them ({@code connect.c}, {@code parse_connect_url}). This is the only reader: the resolver
 * gets {@link #endpoint}, and JGit gets {@link #uri}, both made of the parts that are here.
 *
 * <p>What git would pass on although no host has such a name is refused.
 *
 * @param text what was read
 * @param written what a repository's configuration has: the text as git writes it, but without the
 *     password, which others could read there
 * @param shown the address without its password, and without what could be one
 * @param asking how a service is asked for at what this address connects to
 * @param path as the server gets it; with the query of HTTP, and encoded there
 * @param shownPath the path as far as it can be shown
 */
record GitAddress(
    String text,
    String written,
    String shown,
    Asking asking,
    Server server,
    String path,
    String shownPath) {
  private static final Pattern URL =
      Pattern.compile("(?s)(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<rest>.*)");
  private static final Pattern HELPER = Pattern.compile("(?s)[A-Za-z0-9+.-]+::.*");
  private static final Pattern DRIVE = Pattern.compile("(?s)[A-Za-z]:.*");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?");
  // What is not ASCII is left to the resolver, which says how to write it.
  private static final CharMatcher OF_NAMES =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf("-._"))
          .or(CharMatcher.ascii().negate());
  private static final Pattern PARAMETER = Pattern.compile("([^=&]*=)?[^&]*");
  private static final String HIDDEN = "***";
  private static final PercentEscaper USER_INFO = new PercentEscaper("-._~", false);
  private static final PercentEscaper PATH = new PercentEscaper("-._~/!$&'()*+,;=:@", false);

  /** Returns how a service is asked for. */
  enum Asking {
    OF_A_FILE,
    BY_HTTP,
    BY_A_COMMAND,
    BY_A_LINE
  }

  /**
   * What an address says of the server, all of it decoded.
   *
   * @param host an IPv6 address is without brackets
   * @param port -1 for the default one
   */
  record Server(
      String scheme, Optional<String> user, Optional<String> password, String host, int port) {
    static final Server NONE = new Server("", Optional.empty(), Optional.empty(), "", -1);

    /** Returns the host and the port as URIs have them. */
    String hostAndPort() {
      String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
      return port < 0 ? name : name + ":" + port;
    }
  }

  /** Reads what a user has written; a path is of the folder that the program runs in. */
  static GitAddress parse(String text) throws IOException {
    return isHere(text) ? ofPath(absolute(text)) : ofConfiguration(text);
  }

  /** Reads what a repository's configuration says; a path is of that repository. */
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

  // What is there counts before any other reading, as with git clone.
  private static boolean isHere(String text) {
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
    return new GitAddress(path, path, path, Asking.OF_A_FILE, Server.NONE, path, path);
  }

  private static GitAddress ofUrl(String text, String scheme, String rest) throws GitException {
    Asking asking =
        switch (scheme) {
          case "file" -> Asking.OF_A_FILE;
          case "http", "https" -> Asking.BY_HTTP;
          case "ssh", "git+ssh", "ssh+git" -> Asking.BY_A_COMMAND;
          default -> Asking.BY_A_LINE;
        };
    boolean isHttp = asking == Asking.BY_HTTP;
    int end = (isHttp ? CharMatcher.anyOf("/?#") : CharMatcher.is('/')).indexIn(rest);
    if (isHttp && rest.indexOf('#') >= 0) {
      throw new GitException("the address of the repository has a fragment: write %23 for '#'");
    }
    if (end < 0 && !isHttp) {
      throw new GitException("the address of the repository has no path");
    }
    String authority = end < 0 ? rest : rest.substring(0, end);
    String path = end < 0 ? "" : rest.substring(end);
    if (asking == Asking.OF_A_FILE) { // git asks no host for it, whatever is there
      String written = "file://" + withoutPassword(authority) + path;
      String decoded = decode(path);
      return new GitAddress(text, written, written, asking, Server.NONE, decoded, decoded);
    }
    Server server = server(asking == Asking.BY_A_COMMAND ? "ssh" : scheme, authority);
    String whole = path.startsWith("/") ? path : "/" + path;
    String decoded = isHttp ? whole : decode(path);
    String home = decoded.startsWith("/~") && !isHttp ? decoded.substring(1) : decoded;
    String who = withoutPassword(authority);
    // The user of HTTP can be a token: git shows none either.
    String shownWho = isHttp ? server.hostAndPort() : who;
    boolean afterColon = authority.indexOf(':') >= 0;
    return new GitAddress(
        text,
        scheme + "://" + who + path,
        scheme + "://" + shownWho + hide(path, afterColon),
        asking,
        server,
        checked(home),
        hide(decoded, afterColon));
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
    Server server =
        before.startsWith("[") && before.endsWith("]")
            ? inBrackets(before.substring(1, before.length() - 1))
            : server(before, before.lastIndexOf('@'), Optional.empty(), -1);
    String home = path.startsWith("/~") ? path.substring(1) : path;
    String shown = text.substring(0, colon + 1) + hide(path, true);
    return new GitAddress(
        text, text, shown, Asking.BY_A_COMMAND, server, checked(home), hide(path, true));
  }

  /** Reads {@code user@host:port}, all of which git takes in brackets. */
  private static Server inBrackets(String text) throws GitException {
    int at = text.lastIndexOf('@');
    int colon = text.indexOf(':', at + 1);
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    return server(port < 0 ? text : text.substring(0, colon), at, Optional.empty(), port);
  }

  private static Server server(String text, int at, Optional<String> password, int port)
      throws GitException {
    Optional<String> user =
        Optional.of(text.substring(0, Math.max(at, 0))).filter(name -> !name.isEmpty());
    String host = text.substring(at + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String name = bracketed ? host.substring(1, host.length() - 1) : host;
    return new Server("ssh", user, password, checkedHost(name), port);
  }

  private static Server server(String scheme, String authority) throws GitException {
    int at = authority.lastIndexOf('@');
    String userInfo = authority.substring(0, Math.max(at, 0));
    if (userInfo.indexOf('@') >= 0) {
      throw new GitException(
          "the address of the repository has more than one '@' before the path: write %40");
    }
    String hostAndPort = authority.substring(at + 1);
    if (at < 0 && hostAndPort.startsWith("[") && hostAndPort.indexOf('@') >= 0) {
      throw notUnderstood();
    }
    int colon = hostAndPort.indexOf(':', Math.max(hostAndPort.indexOf(']'), 0));
    String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    String portText = colon < 0 ? "" : hostAndPort.substring(colon + 1);
    int port = port(portText);
    if (!portText.isEmpty() && port < 0) {
      throw notUnderstood();
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String name = decode(bracketed ? host.substring(1, host.length() - 1) : host);
    if (!bracketed && name.indexOf(':') >= 0) {
      throw notUnderstood();
    }
    int secret = userInfo.indexOf(':');
    String user = secret < 0 ? userInfo : userInfo.substring(0, secret);
    return new Server(
        scheme,
        at < 0 ? Optional.empty() : Optional.of(decode(user)).filter(text -> !text.isEmpty()),
        secret < 0 ? Optional.empty() : Optional.of(decode(userInfo.substring(secret + 1))),
        checkedHost(name),
        port);
  }

  private static int port(String digits) {
    Integer port =
        CharMatcher.inRange('0', '9').matchesAllOf(digits) ? Ints.tryParse(digits) : null;
    return port == null || port > 65_535 ? -1 : port;
  }

  private static String checkedHost(String host) throws GitException {
    if (host.isEmpty()
        || host.startsWith("-") // an option, to a program that is handed the host
        || !(OF_NAMES.matchesAllOf(host) || IPV6.matcher(host).matches())) {
      throw notUnderstood();
    }
    return host;
  }

  private static String checked(String path) throws GitException {
    if (CharMatcher.javaIsoControl().matchesAnyOf(path) || path.startsWith("-")) {
      throw new GitException("the path of the repository is not safe to ask a server for");
    }
    return path;
  }

  private static GitException notUnderstood() {
    // It does not repeat the address, and with it a password.
    return new GitException(
        "the address of the repository cannot be understood: write a URI, or user@host:path; a"
            + " password's special characters are written as in %2F");
  }

  /** Decodes as git does: what is not two digits after a percent sign, or zero, stays. */
  private static String decode(String text) {
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

  /** Leaves out what follows the colon of {@code user:password}, also if it is written %3A. */
  private static String withoutPassword(String authority) {
    int at = authority.lastIndexOf('@');
    String user = authority.substring(0, Math.max(at, 0)).replaceFirst("(?i)(:|%3A).+", "");
    return user.isEmpty() ? authority.substring(at + 1) : user + authority.substring(at);
  }

  /** Returns the address for the resolver, which has nothing but the server. */
  String endpoint() {
    String user = server.user().map(USER_INFO::escape).orElse("");
    String password = server.password().map(secret -> ":" + USER_INFO.escape(secret)).orElse("");
    String at = user.isEmpty() && password.isEmpty() ? "" : "@";
    boolean isOther = asking == Asking.BY_A_LINE && !server.scheme().equals("git");
    return server.scheme()
        + "://"
        + user
        + password
        + at
        + server.hostAndPort()
        + (isOther ? PATH.escape(path) : "");
  }

  /** Returns the address for JGit, without the user and what is not to be shown. */
  URIish uri() {
    if (asking == Asking.OF_A_FILE) {
      return new URIish().setPath(path);
    }
    URIish uri =
        new URIish().setScheme(server.scheme()).setHost(bracketed()).setPort(server.port());
    String shown = shownPath.startsWith("/") ? shownPath : "/" + shownPath;
    try {
      return asking == Asking.BY_HTTP ? uri.setRawPath(shown) : uri.setPath(shown);
    } catch (URISyntaxException e) {
      return uri.setPath(shown); // with a percent sign that encodes nothing
    }
  }

  private String bracketed() {
    return server.host().indexOf(':') < 0 ? server.host() : "[" + server.host() + "]";
  }

  /**
   * Returns the URL of a request of JGit's, which knows {@link #uri}, with what is hidden there.
   */
  String unmasked(String url) {
    return url.replace(shownPath, path);
  }

  /** Returns what a shell of the server is to run. */
  String command(String service) {
    return service + " " + QuotedString.BOURNE.quote(path);
  }

  /** Returns what is asked of a server of {@code git://}, which is to speak version 2. */
  String line(String service) {
    String line = "%s %s\0host=%s\0".formatted(service, path, server.hostAndPort());
    return service.equals("git-upload-pack") ? line + "\0version=2\0" : line;
  }

  /** Returns a text of JGit or of the server without what is secret in this address. */
  String scrub(String message) {
    List<String> secrets = new ArrayList<>();
    int query = asking == Asking.BY_HTTP ? path.indexOf('?') : -1;
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
   * Returns a path without the values of a query, which can be tokens, and without what could be
   * the rest of a password: what is before an at-sign, where a colon is before the path.
   */
  private static String hide(String path, boolean afterColon) {
    int at = afterColon ? path.lastIndexOf('@') : -1;
    String shown = at < 0 ? path : (path.startsWith("/") ? "/" : "") + HIDDEN + path.substring(at);
    int query = shown.indexOf('?');
    return query < 0
        ? shown
        : shown.substring(0, query + 1)
            + PARAMETER
                .matcher(shown.substring(query + 1))
                .replaceAll(found -> found.group().isEmpty() ? "" : hidden(found));
  }

  private static String hidden(MatchResult parameter) {
    return Matcher.quoteReplacement(nullToEmpty(parameter.group(1)) + HIDDEN);
  }

  /** Returns what can be shown of it. */
  @Override
  public String toString() {
    return shown;
  }
}
