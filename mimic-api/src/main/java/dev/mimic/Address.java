package dev.mimic;

import dev.mimic.flow.FlowListener;

/**
 * What an address says, as keys. Parsing an address makes a context with the values that it has.
 *
 * <p>An address is what a user typed, to connect to or to listen on:
 *
 * <ol>
 *   <li>a known scheme and {@code ://}, as in RFC 3986: {@code
 *       tls://user@example.org:4343/path?query}, {@code tcp://[2001:db8::1]:80};
 *   <li>a known scheme, {@code :} and a path: {@code unix:/run/x.sock};
 *   <li>a form that a module contributes ({@link AddressSyntax});
 *   <li>scp-like: {@code git@github.com:repo/name} or {@code host:path}, with no slash before the
 *       colon, which means {@code ssh}. Nothing in it is encoded.
 * </ol>
 *
 * <p>They are tried in this order. Another scheme with {@code ://} is unknown. {@code host:digits}
 * could be a port or a path, and {@code name:text@host} a password or a path: both are refused as
 * ambiguous. All else is malformed.
 *
 * <p>In a URI the user, the password, the host and the path are percent-decoded, as UTF-8. Control
 * characters are refused, encoded ones as well, and so are spaces that are not encoded, fragments,
 * and more than one {@code @} before the path. A host is a name in ASCII, an IPv4 address of four
 * decimal numbers, or an IPv6 address in brackets, perhaps with a zone ({@code [fe80::1%25eth0]} or
 * {@code [fe80::1%eth0]}). Letters are kept as they were typed. At most 65,536 characters are read.
 */
public final class Address {

  /** The address as it was typed; secret, for it may hold a password. */
  public static final Key<String> TEXT = Key.secret("address");

  /** The scheme, in lower case. */
  public static final Key<String> SCHEME = Key.of("scheme");

  /** The user, percent-decoded. Not there if empty. */
  public static final Key<String> USER = Key.of("user");

  /** The password, percent-decoded. Not there if empty. */
  public static final Key<String> PASSWORD = Key.secret("password");

  /** A name, or an IP address without brackets: {@code fe80::1%eth0}. Not there if empty. */
  public static final Key<String> HOST = Key.of("host");

  /**
   * The port, from 0 to 65535. Without one, a derivation may give it; after all others, the scheme
   * gives its default port.
   */
  public static final Key<Integer> PORT = Key.of("port");

  /**
   * The path, percent-decoded, with its leading slash if it has one. Not there if empty. An
   * scp-like path is taken as it is.
   */
  public static final Key<String> PATH = Key.of("path");

  /** What follows the question mark, not decoded; perhaps nothing. */
  public static final Key<String> QUERY = Key.of("query");

  private Address() {}

  /**
   * Returns the path percent-encoded (RFC 3986, section 2.1), so that it can stand in an address
   * behind a scheme and a colon, and {@link #PATH} is the path again: for {@link
   * FlowListener#address()}, and for messages that say what to write. A path with control
   * characters or half a character is in no address; nor is one, without a host before it, that
   * begins with two slashes.
   */
  public static String encodePath(String path) {
    return AddressCharacters.encode(path);
  }
}
