package dev.mimic;

/**
 * An address as scp and git have it: {@code [user@]host:path}, where no slash stands before the
 * colon, and an IPv6 address is in brackets. Nothing in it is encoded.
 *
 * @param text the address
 * @param at the index of the at-sign, or -1
 * @param colon the index of the colon before the path
 */
record ScpForm(String text, int at, int colon) {

  /** Returns where the parts are; the colon is -1 if the text is not of this form. */
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
    ShownAddress shown = ShownAddress.of(text, null);
    new AddressCharacters(text, shown).refuseControls();
    if (colon + 1 == text.length()) {
      throw shown.malformed("there is nothing behind the colon");
    }
    Context context = known.with(Address.HOST, host(shown));
    context = shown.add(Address.PATH, path(), colon + 1, text.length(), context);
    return hasUser() ? shown.add(Address.USER, user(shown), 0, at, context) : context;
  }

  private String host(ShownAddress shown) throws MalformedAddressException {
    AddressHost hosts = new AddressHost(text, shown);
    int start = at + 1;
    if (!text.startsWith("[", start)) {
      return hosts.named(start, colon, text.substring(start, colon));
    }
    int bracket = hosts.endOfBrackets(start, colon);
    return hosts.inBrackets(start, bracket);
  }

  private String user(ShownAddress shown) throws MalformedAddressException {
    String user = text.substring(0, at);
    if (user.isEmpty() || user.indexOf('@') >= 0 || user.indexOf(' ') >= 0) {
      throw shown.malformed("what is before the '@' is not a user: write ssh://user@host/path");
    }
    return user;
  }
}
