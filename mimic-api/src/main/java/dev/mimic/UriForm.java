package dev.mimic;

/**
 * An address that begins with a known scheme and a colon: a URI without a fragment (RFC 3986,
 * section 3). Characters that a URI would have to encode are taken where they can mean only one
 * thing.
 */
final class UriForm {
  private final String text;
  private final ShownAddress shown;
  private final AddressCharacters characters;
  private Context context;

  private UriForm(String text, ShownAddress shown, Context context) {
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
  static Context parse(String text, int afterScheme, ShownAddress shown, Context known)
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

  /** Returns where the character is, or {@code end}. */
  private int indexOf(char c, int start, int end) {
    int found = text.indexOf(c, start);
    return found < 0 ? end : Math.min(found, end);
  }

  private void refuseFragment() throws MalformedAddressException {
    int hash = text.indexOf('#');
    if (hash >= 0) {
      throw shown.malformed(
          shown.piece(hash, hash + 1) + " begins a fragment, which means nothing here: write %23");
    }
  }

  // Somebody's password is not to become a path, which is shown.
  private void refuseUserWithoutSlashes(int start, int end) throws MalformedAddressException {
    if (!text.startsWith("/", start) && indexOf('@', start, end) < end) {
      throw shown.malformed("before user@host write //, or %40 for an '@' in a path");
    }
  }

  private void addAuthority(int start, int end) throws MalformedAddressException {
    int backslash = indexOf('\\', start, end);
    if (backslash < end) { // others read it as a slash, and so another host
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
    AddressHost hosts = new AddressHost(text, shown);
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

  /** Adds what follows the colon, unless that is nothing and the default port stays. */
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
                + ShownAddress.quote(text.substring(start, end))
                + " must be a number from 0 to 65535, of at most 5 digits");
  }
}
