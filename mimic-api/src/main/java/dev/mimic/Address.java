package dev.mimic;

/**
 * What an address says, as keys. Parsing an address makes a context with the values that it has.
 *
 * <p>An address is what a user typed, to connect to or to listen on:
 *
 * <ul>
 *   <li>a known scheme and {@code ://}, as in RFC 3986: {@code
 *       tls://user@example.org:4343/path?query}, {@code tcp://[2001:db8::1]:80};
 *   <li>a known scheme, {@code :} and a path: {@code unix:/run/x.sock};
 *   <li>a form that a module contributes ({@link AddressSyntax});
 *   <li>scp-like: {@code git@github.com:repo/name} or {@code host:path}, which means {@code ssh}.
 * </ul>
 *
 * <p>{@code host:digits} could be a port or a path, and is refused as ambiguous.
 */
public final class Address {

  /** The address as it was typed; secret, for it may hold a password. */
  public static final Key<String> TEXT = Key.secret("address");

  /** The scheme, in lower case. */
  public static final Key<String> SCHEME = Key.of("scheme");

  /** The user, percent-decoded. */
  public static final Key<String> USER = Key.of("user");

  /** The password, percent-decoded. */
  public static final Key<String> PASSWORD = Key.secret("password");

  /** A name, or an IP address without brackets. */
  public static final Key<String> HOST = Key.of("host");

  /** The port, or else the scheme's default port. */
  public static final Key<Integer> PORT = Key.of("port");

  /**
   * The path, percent-decoded, with its leading slash if it has one. Not there if empty. An
   * scp-like path is taken as it is.
   */
  public static final Key<String> PATH = Key.of("path");

  /** What follows the question mark, not decoded. */
  public static final Key<String> QUERY = Key.of("query");

  private Address() {}
}
