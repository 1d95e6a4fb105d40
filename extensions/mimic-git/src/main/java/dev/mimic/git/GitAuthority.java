package dev.mimic.git;

import com.google.common.base.CharMatcher;
import com.google.common.primitives.Ints;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The authority of a {@link GitAddress}: user, password, host and port, decoded.
 *
 * @param scheme the scheme to connect with
 * @param host the host name or IP address; an IPv6 address has no brackets
 * @param port the port, or -1 for the default
 */
record GitAuthority(
    String scheme, Optional<String> user, Optional<String> password, String host, int port) {
  static final GitAuthority NONE = new GitAuthority("", Optional.empty(), Optional.empty(), "", -1);

  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?");
  // Characters that are not ASCII are left to the resolver, whose message names the IDNA form.
  private static final CharMatcher HOST_CHARACTERS =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf("-._"))
          .or(CharMatcher.ascii().negate());

  /** Parses the part before the path in {@code user@host:path}. */
  static GitAuthority ofScp(String text) throws GitException {
    return text.startsWith("[") && text.endsWith("]")
        ? inBrackets(text.substring(1, text.length() - 1))
        : of(text, text.lastIndexOf('@'), -1);
  }

  /** Parses {@code user@host:port}, which git allows in brackets. */
  private static GitAuthority inBrackets(String text) throws GitException {
    int at = text.lastIndexOf('@');
    int colon = text.indexOf(':', at + 1);
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    return of(port < 0 ? text : text.substring(0, colon), at, port);
  }

  private static GitAuthority of(String text, int at, int port) throws GitException {
    Optional<String> user =
        Optional.of(text.substring(0, Math.max(at, 0))).filter(name -> !name.isEmpty());
    String host = text.substring(at + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String name = bracketed ? host.substring(1, host.length() - 1) : host;
    return new GitAuthority("ssh", user, Optional.empty(), checkedHost(name), port);
  }

  /** Parses the authority of a URL (RFC 3986, section 3.2). */
  static GitAuthority ofUrl(String scheme, String authority) throws GitException {
    int at = authority.lastIndexOf('@');
    String userInfo = authority.substring(0, Math.max(at, 0));
    if (userInfo.indexOf('@') >= 0) {
      throw new GitException(
          "the address of the repository has more than one '@' before the path: write %40");
    }
    String hostAndPort = authority.substring(at + 1);
    if (at < 0 && hostAndPort.startsWith("[") && hostAndPort.indexOf('@') >= 0) {
      throw malformed();
    }
    int colon = hostAndPort.indexOf(':', Math.max(hostAndPort.indexOf(']'), 0));
    String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    String portText = colon < 0 ? "" : hostAndPort.substring(colon + 1);
    int port = port(portText);
    if (!portText.isEmpty() && port < 0) {
      throw malformed();
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String name = GitAddress.decode(bracketed ? host.substring(1, host.length() - 1) : host);
    if (!bracketed && name.indexOf(':') >= 0) {
      throw malformed();
    }
    int secret = userInfo.indexOf(':');
    String user = secret < 0 ? userInfo : userInfo.substring(0, secret);
    return new GitAuthority(
        scheme,
        at < 0
            ? Optional.empty()
            : Optional.of(GitAddress.decode(user)).filter(text -> !text.isEmpty()),
        secret < 0
            ? Optional.empty()
            : Optional.of(GitAddress.decode(userInfo.substring(secret + 1))),
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
        || host.startsWith("-") // would be an option of a program that gets the host
        || !(HOST_CHARACTERS.matchesAllOf(host) || IPV6.matcher(host).matches())) {
      throw malformed();
    }
    return host;
  }

  private static GitException malformed() {
    // The message does not repeat the address, which can contain a password.
    return new GitException(
        "the address of the repository is malformed: write a URI, or user@host:path; encode the"
            + " special characters of a password, such as %2F for /");
  }

  /** Returns the host and the port in the syntax of URIs. */
  String hostAndPort() {
    return port < 0 ? bracketedHost() : bracketedHost() + ":" + port;
  }

  /** Returns the host in the syntax of URIs, with brackets around an IPv6 address. */
  String bracketedHost() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
