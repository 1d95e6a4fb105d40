package dev.mimic;

import dev.mimic.flow.FlowListener;

/**
 * The keys of the parts of an address. Parsing an address makes a context with the values of its
 * parts.
 *
 * <p>An address is a text that a user typed, to connect to or to listen on:
 *
 * <ol>
 *   <li>a known scheme and {@code ://}, as in RFC 3986: {@code
 *       tls://user@example.org:4343/path?query}, {@code tcp://[2001:db8::1]:80};
 *   <li>a known scheme, {@code :} and a path: {@code unix:/run/x.sock};
 *   <li>a form that a module contributes ({@link AddressSyntax});
 *   <li>scp-like: {@code git@github.com:repo/name} or {@code host:path}, with no slash before the
 *       colon. It stands for {@code ssh}. Nothing in it is encoded.
 * </ol>
 *
 * <p>These forms are tried in this order. Another scheme with {@code ://} is unknown. {@code
 * host:digits} can be a port or a path, and {@code name:text@host} a password or a path: both are
 * refused as ambiguous. Any other text is malformed.
 *
 * <p>In a URI the user, the password, the host and the path are percent-decoded, as UTF-8. Control
 * characters are refused, also encoded ones. Unencoded spaces, fragments, and more than one
 * {@code @} before the path are refused too. A host is a name in ASCII, an IPv4 address of four
 * decimal numbers, or an IPv6 address in brackets, optionally with a zone ({@code [fe80::1%25eth0]}
 * or {@code [fe80::1%eth0]}). The case of letters is kept. An address has at most 65,536
 * characters.
 */
public final class Address {

  /** The whole address as it was typed. Secret, because it can contain a password. */
  public static final Key<String> TEXT = Key.secret("address");

  /** The scheme, in lower case. */
  public static final Key<String> SCHEME = Key.of("scheme");

  /** The user, percent-decoded. Absent if empty. */
  public static final Key<String> USER = Key.of("user");

  /** The password, percent-decoded. Absent if empty. */
  public static final Key<String> PASSWORD = Key.secret("password");

  /** A name, or an IP address without brackets: {@code fe80::1%eth0}. Absent if empty. */
  public static final Key<String> HOST = Key.of("host");

  /**
   * The port, from 0 to 65535. If the address has none, it is derived. The default port of the
   * scheme counts as the last of the derivations.
   */
  public static final Key<Integer> PORT = Key.of("port");

  /**
   * The path, percent-decoded, with its leading slash if it has one. Absent if empty. An scp-like
   * path is not decoded.
   */
  public static final Key<String> PATH = Key.of("path");

  /** The text after the question mark, not decoded; it can be empty. */
  public static final Key<String> QUERY = Key.of("query");

  private Address() {}

  /**
   * Returns the path percent-encoded (RFC 3986, section 2.1), to be put after a scheme and a colon.
   * Parsing that address gives the original path as {@link #PATH}. Use it for {@link
   * FlowListener#address()} and in messages that suggest an address. No address can contain a path
   * with control characters or unpaired surrogates, nor, without a host before it, one that begins
   * with two slashes.
   */
  public static String encodePath(String path) {
    return AddressCharacters.encode(path);
  }
}
