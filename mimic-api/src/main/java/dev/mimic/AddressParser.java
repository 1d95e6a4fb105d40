package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parser of addresses, which makes a {@link Context} of an address. Immutable and thread-safe.
 * The time is linear in the length.
 *
 * <p>{@link #parse} selects the form of the address, in the order that {@link Address} lists.
 * {@link UriForm} and {@link ScpForm} parse it. The syntax of hosts is in {@link HostSyntax}, that
 * of characters in {@link AddressCharacters}. Messages go through {@link RedactedAddress}, so that
 * none shows a password or a possible part of one.
 */
final class AddressParser {
  static final int MAX_CHARS = 64 * 1024;

  private final Map<String, Scheme> schemes = new LinkedHashMap<>();
  private final Suggestions names;
  private final List<AddressSyntax> syntaxes;

  /**
   * Creates a parser.
   *
   * @param schemes the known schemes; of those with one name, the last counts
   * @param syntaxes in the order in which they are asked
   */
  AddressParser(Collection<Scheme> schemes, List<AddressSyntax> syntaxes) {
    schemes.forEach(scheme -> this.schemes.put(scheme.name(), scheme));
    this.names = Suggestions.of(this.schemes.keySet());
    this.syntaxes = List.copyOf(syntaxes);
  }

  /** Returns an address, possibly malformed, without anything that can be a password. */
  String shown(String text) {
    return Printed.address(redacted(text).shown());
  }

  /**
   * Returns a parsed address without its password. If a contributed syntax found a secret in it,
   * only the scheme is shown.
   */
  String shown(String text, Context parsed) {
    boolean hasSecret =
        parsed.values().stream()
            .map(Outcome.Explicit::key)
            .anyMatch(key -> key.isSecret() && key != Address.TEXT);
    return hasSecret && typedScheme(text) == null
        ? parsed.get(Address.SCHEME).orElse("") + ':' + Printed.SECRET
        : shown(text);
  }

  /** Returns the parts of the address that are or can be secret. */
  List<String> secrets(String text) {
    return redacted(text).secrets();
  }

  private RedactedAddress redacted(String text) {
    return RedactedAddress.of(text, typedScheme(text));
  }

  /** Returns the known scheme that the address begins with, or null. */
  private @Nullable Scheme typedScheme(String text) {
    int length = RedactedAddress.schemeLength(text);
    return schemes.get(text.substring(0, length).toLowerCase(Locale.ROOT));
  }

  /**
   * Returns the values of the address: {@link Address#TEXT}, {@link Address#SCHEME}, and those of
   * its other parts.
   *
   * @throws UnknownSchemeException if its scheme is unknown
   * @throws AmbiguousAddressException if it has two possible meanings
   * @throws MalformedAddressException if it has no known form
   */
  Context parse(String text) throws AddressException {
    refuseUnreadable(text);
    int length = RedactedAddress.schemeLength(text);
    Scheme scheme = typedScheme(text);
    if (scheme != null) {
      return UriForm.parse(text, length + 1, redacted(text), known(text, scheme));
    }
    if (length > 0 && text.startsWith("://", length)) {
      throw unknown(text, text.substring(0, length));
    }
    for (AddressSyntax syntax : syntaxes) {
      if (ask(syntax, text) instanceof Verdict.Given<Context> given) {
        return completed(text, given.value(), syntax);
      }
    }
    return scpLike(text);
  }

  /** Asks a contributed syntax, whose exception can repeat the address. */
  private Verdict<Context> ask(AddressSyntax syntax, String text) throws AddressException {
    try {
      return syntax.parse(text);
    } catch (AddressException | RuntimeException e) {
      Secrets secrets = Secrets.ofRequest(secrets(text));
      if (!secrets.areIn(e)) {
        throw e;
      }
      if (e instanceof AddressException) {
        throw new MalformedAddressException(secrets.hideIn(Printed.message(e)));
      }
      throw new IllegalStateException(syntax.getClass().getName() + " failed", secrets.withhold(e));
    }
  }

  private static void refuseUnreadable(String text) throws MalformedAddressException {
    requireNonNull(text, "address");
    if (text.isBlank()) {
      throw new MalformedAddressException(
          "an address must not be " + (text.isEmpty() ? "empty" : "blank"));
    }
    if (text.length() > MAX_CHARS) {
      throw new MalformedAddressException(
          "an address of %d characters is too long: at most %d are read"
              .formatted(text.length(), MAX_CHARS));
    }
  }

  /** Returns the values that follow from the scheme alone; its default port is a derivation. */
  private static Context known(String text, Scheme scheme) {
    return Context.empty().with(Address.TEXT, text).with(Address.SCHEME, scheme.name());
  }

  private Context completed(String text, Context given, AddressSyntax syntax)
      throws UnknownSchemeException {
    String name =
        given
            .get(Address.SCHEME)
            .orElseThrow(
                () -> new IllegalStateException(syntax.getClass().getName() + " gave no scheme"));
    Scheme scheme = schemes.get(name);
    if (scheme == null) {
      throw unknown(text, "it stands for scheme \"" + Printed.text(name) + "\"; ", name);
    }
    return known(text, scheme).merge(given);
  }

  private Context scpLike(String text) throws AddressException {
    if (!text.equals(text.strip())) {
      throw redacted(text).malformed("it begins or ends with a space: leave it out");
    }
    ScpForm scp = ScpForm.of(text);
    if (!scp.isPresent() || isDrivePath(text)) {
      throw withoutScheme(text);
    }
    Scheme ssh = schemes.get("ssh");
    Context start = ssh == null ? Context.empty() : known(text, ssh);
    Context read = scp.addTo(start);
    if (!scp.hasUser() && scp.hasPathOfDigits()) {
      throw portOrPath(scp);
    }
    if (!scp.hasUser() && scp.path().indexOf('@') >= 0) {
      throw passwordOrPath(text);
    }
    if (ssh == null && UnknownSchemeException.MODULES.containsKey(scp.beforePath())) {
      throw unknown(text, scp.beforePath());
    }
    if (ssh == null) {
      throw unknown(text, "it is scp-like (host:path), which means ssh; ", "ssh");
    }
    return read;
  }

  private AmbiguousAddressException portOrPath(ScpForm scp) {
    String port = "write " + Printed.text(plainScheme() + "://" + scp.text());
    String path = Printed.text("ssh://%s/%s".formatted(scp.beforePath(), scp.path()));
    return new AmbiguousAddressException(
        "address %s is a host and a port, or scp-like (host:path), a path over ssh: %s"
            .formatted(
                redacted(scp.text()).quoted(),
                schemes.containsKey("ssh") ? port + " or " + path : port));
  }

  private AmbiguousAddressException passwordOrPath(String text) {
    return new AmbiguousAddressException(
        ("address %s has a password and no scheme, or is scp-like (host:path) with an '@' in its"
                + " path: write scheme://user:password@host or user@host:path")
            .formatted(redacted(text).quoted()));
  }

  /** Returns the scheme to suggest: tcp if it is known. */
  private String plainScheme() {
    return Stream.concat(Stream.of("tcp").filter(schemes::containsKey), names.stream())
        .filter(name -> !name.equals("ssh"))
        .findFirst()
        .orElse(schemes.containsKey("ssh") ? "ssh" : "tcp");
  }

  private MalformedAddressException withoutScheme(String text) {
    RedactedAddress shown = redacted(text);
    if (isFilePath(text) || isDrivePath(text)) {
      return new MalformedAddressException(
          "address %s is a file path, without a scheme%s"
              .formatted(
                  shown.quoted(),
                  schemes.containsKey("unix") ? ": write unix:/path/of/socket" : ""));
    }
    String example = HostSyntax.fault(text).isEmpty() ? text : "host:port";
    return new MalformedAddressException(
        "address %s has no scheme: write %s"
            .formatted(shown.quoted(), Printed.text(plainScheme() + "://" + example)));
  }

  private static boolean isFilePath(String text) {
    return (text.startsWith("/") && !text.startsWith("//"))
        || text.startsWith(".")
        || text.startsWith("~");
  }

  // C:\path: no host has such a path by mistake.
  private static boolean isDrivePath(String text) {
    return text.startsWith(":\\", 1) && Character.isLetter(text.charAt(0));
  }

  private UnknownSchemeException unknown(String text, String typed) {
    return unknown(text, "", typed);
  }

  private UnknownSchemeException unknown(String text, String why, String typed) {
    return notServed(redacted(text).quoted() + ": " + why, typed);
  }

  /** Returns the exception for the unknown scheme of a context. */
  UnknownSchemeException unknown(String scheme) {
    return notServed("the scheme \"" + Printed.text(scheme) + "\": ", scheme);
  }

  private UnknownSchemeException notServed(String what, String typed) {
    String schemesHere =
        names.isEmpty() ? "there are no schemes here" : "schemes here are " + names.print();
    String scheme = typed.toLowerCase(Locale.ROOT);
    Optional<String> remedy =
        UnknownSchemeException.remedy(scheme)
            .or(
                () ->
                    names.nearest(scheme).stream()
                        .findFirst()
                        .map("did you mean \"%s\"?"::formatted));
    return new UnknownSchemeException(
        "no protocol serves %s%s%s"
            .formatted(what, schemesHere, remedy.map("; "::concat).orElse("")));
  }

  /**
   * An address that begins with a known scheme and a colon: a URI without a fragment (RFC 3986,
   * section 3). Characters that a URI must encode are accepted where they have only one meaning.
   */
  private static final class UriForm {
    private final String text;
    private final RedactedAddress shown;
    private final AddressCharacters characters;
    private Context context;

    private UriForm(String text, RedactedAddress shown, Context context) {
      this.text = text;
      this.shown = shown;
      this.characters = new AddressCharacters(text, shown);
      this.context = context;
    }

    /**
     * Returns {@code known} with what the address says besides its scheme.
     *
     * @param afterScheme the index behind the scheme's colon
     */
    static Context parse(String text, int afterScheme, RedactedAddress shown, Context known)
        throws MalformedAddressException {
      return new UriForm(text, shown, known).parse(afterScheme);
    }

    private Context parse(int afterScheme) throws MalformedAddressException {
      refuseFragment();
      characters.refuseControlsAndSpaces();
      int question = text.indexOf('?', afterScheme);
      int end = question < 0 ? text.length() : question;
      int path = afterScheme;
      if (text.startsWith("//", afterScheme)) {
        path = indexOf('/', afterScheme + 2, end);
        addAuthority(afterScheme + 2, path);
      } else {
        refuseUserWithoutSlashes(afterScheme, end);
      }
      if (path == end && context.get(Address.HOST).isEmpty()) {
        throw shown.malformed("it names no host and no path");
      }
      if (path < end) {
        add(Address.PATH, characters.decode(path, end), path, end);
      }
      if (question >= 0) {
        add(Address.QUERY, text.substring(question + 1), question, text.length());
      }
      return context;
    }

    private <T> void add(Key<T> key, T value, int start, int end) {
      context = shown.add(key, value, start, end, context);
    }

    /** Returns the index of the character, or {@code end}. */
    private int indexOf(char c, int start, int end) {
      int found = text.indexOf(c, start);
      return found < 0 ? end : Math.min(found, end);
    }

    private void refuseFragment() throws MalformedAddressException {
      int hash = text.indexOf('#');
      if (hash >= 0) {
        throw shown.malformed(
            shown.piece(hash, hash + 1)
                + " begins a fragment, which means nothing here: write %23");
      }
    }

    // A password must not become a path, which is shown.
    private void refuseUserWithoutSlashes(int start, int end) throws MalformedAddressException {
      if (!text.startsWith("/", start) && indexOf('@', start, end) < end) {
        throw shown.malformed("before user@host write //, or %40 for an '@' in a path");
      }
    }

    private void addAuthority(int start, int end) throws MalformedAddressException {
      int backslash = indexOf('\\', start, end);
      if (backslash < end) { // other programs read it as a slash, and so another host
        throw shown.malformed(shown.piece(backslash, backslash + 1) + " must be written %5C");
      }
      int at = indexOf('@', start, end);
      if (at == end) {
        addHostAndPort(start, end);
        return;
      }
      if (indexOf('@', at + 1, end) < end) {
        throw shown.malformed("there is more than one '@' before the path: write %40");
      }
      if (at + 1 == end) {
        throw shown.malformed("there is no host behind the '@'");
      }
      addUser(start, at);
      addHostAndPort(at + 1, end);
    }

    private void addUser(int start, int end) throws MalformedAddressException {
      int colon = indexOf(':', start, end);
      if (colon > start) {
        add(Address.USER, characters.decode(start, colon), start, colon);
      }
      if (colon + 1 < end) {
        context = context.with(Address.PASSWORD, characters.decode(colon + 1, end));
      }
    }

    private void addHostAndPort(int start, int end) throws MalformedAddressException {
      if (start == end) {
        return; // as in unix:///run/x.sock
      }
      HostSyntax.InAddress hosts = new HostSyntax.InAddress(text, shown);
      boolean inBrackets = text.charAt(start) == '[';
      int colon = inBrackets ? hosts.endOfBrackets(start, end) : indexOf(':', start, end);
      if (!inBrackets) {
        hosts.refuseIpv6(start, end);
      }
      if (colon == start) {
        throw shown.malformed("there is no host before the port");
      }
      String host =
          inBrackets
              ? hosts.inBrackets(start, colon)
              : hosts.named(start, colon, characters.decode(start, colon));
      add(Address.HOST, host, start, colon);
      addPort(colon, end);
    }

    /** Adds the port after the colon; without one, the default port applies. */
    private void addPort(int colon, int end) throws MalformedAddressException {
      if (colon + 1 >= end) {
        return;
      }
      String port = text.substring(colon + 1, end);
      if (port.length() > 5 || !HostSyntax.isAllDigits(port) || Integer.parseInt(port) > 65_535) {
        throw badPort(colon + 1, end);
      }
      add(Address.PORT, Integer.valueOf(port), colon + 1, end);
    }

    private MalformedAddressException badPort(int start, int end) {
      return shown.hides(start, end)
          ? shown.malformed(
              "what follows the host is not a port from 0 to 65535;"
                  + " in a password, write %2F for '/' and %3F for '?'")
          : shown.malformed(
              "port "
                  + RedactedAddress.quote(text.substring(start, end))
                  + " must be a number from 0 to 65535, of at most 5 digits");
    }
  }

  /**
   * An address in the form of scp and git: {@code [user@]host:path}, with no slash before the
   * colon, and an IPv6 address in brackets. Nothing in it is encoded.
   *
   * @param text the address
   * @param at the index of the at-sign, or -1
   * @param colon the index of the colon before the path
   */
  private record ScpForm(String text, int at, int colon) {

    /** Returns the positions of the parts; the colon is -1 if the text does not have this form. */
    static ScpForm of(String text) {
      int slash = text.indexOf('/');
      int beforeSlash = slash < 0 ? text.length() : slash;
      int host = hostIndex(text);
      int colon = text.indexOf(':', text.startsWith("[", host) ? afterBrackets(text, host) : host);
      return new ScpForm(text, host - 1, colon > 0 && colon < beforeSlash ? colon : -1);
    }

    /** Returns the index behind the last at-sign before the first colon. */
    private static int hostIndex(String text) {
      int colon = text.indexOf(':');
      return text.lastIndexOf('@', colon < 0 ? text.length() : colon) + 1;
    }

    private static int afterBrackets(String text, int open) {
      return Math.max(text.indexOf(']', open), open);
    }

    boolean isPresent() {
      return colon >= 0;
    }

    boolean hasUser() {
      return at >= 0;
    }

    String path() {
      return text.substring(colon + 1);
    }

    String beforePath() {
      return text.substring(0, colon);
    }

    boolean hasPathOfDigits() {
      return !path().isEmpty() && HostSyntax.isAllDigits(path());
    }

    /** Returns {@code known} with the user, the host and the path. */
    Context addTo(Context known) throws MalformedAddressException {
      RedactedAddress shown = RedactedAddress.of(text, null);
      new AddressCharacters(text, shown).refuseControls();
      if (colon + 1 == text.length()) {
        throw shown.malformed("there is nothing behind the colon");
      }
      Context context = known.with(Address.HOST, host(shown));
      context = shown.add(Address.PATH, path(), colon + 1, text.length(), context);
      return hasUser() ? shown.add(Address.USER, user(shown), 0, at, context) : context;
    }

    private String host(RedactedAddress shown) throws MalformedAddressException {
      HostSyntax.InAddress hosts = new HostSyntax.InAddress(text, shown);
      int start = at + 1;
      if (!text.startsWith("[", start)) {
        return hosts.named(start, colon, text.substring(start, colon));
      }
      int bracket = hosts.endOfBrackets(start, colon);
      return hosts.inBrackets(start, bracket);
    }

    private String user(RedactedAddress shown) throws MalformedAddressException {
      String user = text.substring(0, at);
      if (user.isEmpty() || user.indexOf('@') >= 0 || user.indexOf(' ') >= 0) {
        throw shown.malformed("what is before the '@' is not a user: write ssh://user@host/path");
      }
      return user;
    }
  }
}
