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
 * Makes a {@link Context} of an address. Immutable, thread-safe; the time that it takes grows with
 * the length and no faster.
 *
 * <p>The forms are tried in the order that {@link Address} lists. No message shows a password, or
 * what could be part of one.
 */
final class AddressParser {
  static final int MAX_CHARS = 64 * 1024;

  private final Map<String, Scheme> schemes = new LinkedHashMap<>();
  private final NameList names;
  private final List<AddressSyntax> syntaxes;

  /**
   * Makes a parser.
   *
   * @param schemes of those with one name, the last counts
   * @param syntaxes in the order in which they are asked
   */
  AddressParser(Collection<Scheme> schemes, List<AddressSyntax> syntaxes) {
    schemes.forEach(scheme -> this.schemes.put(scheme.name(), scheme));
    this.names = new NameList(this.schemes.keySet());
    this.syntaxes = List.copyOf(syntaxes);
  }

  /** Returns an address that may be malformed, without what is, or could be, a password. */
  String shown(String text) {
    return Printed.address(shownAddress(text).redacted());
  }

  /**
   * Returns an address that was parsed, without its password: of one that only a contributed syntax
   * can read, nothing but the scheme is shown if there is a secret in it.
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

  /** Returns what is secret in the address, or could be. */
  List<String> secrets(String text) {
    return shownAddress(text).secrets();
  }

  private ShownAddress shownAddress(String text) {
    return ShownAddress.of(text, typedScheme(text));
  }

  /** Returns the scheme that the address begins with, or null if it is not known here. */
  private @Nullable Scheme typedScheme(String text) {
    int length = ShownAddress.schemeLength(text);
    return schemes.get(text.substring(0, length).toLowerCase(Locale.ROOT));
  }

  /**
   * Returns what the address says: {@link Address#TEXT}, {@link Address#SCHEME}, and of the other
   * keys of {@link Address} those that it has a value for.
   *
   * @throws UnknownSchemeException if nothing here serves the scheme that it has, or stands for
   * @throws AmbiguousAddressException if it can be read in two ways
   * @throws MalformedAddressException if it is of no form that is known here
   */
  Context parse(String text) throws AddressException {
    refuseUnreadable(text);
    int length = ShownAddress.schemeLength(text);
    Scheme scheme = typedScheme(text);
    if (scheme != null) {
      return UriForm.parse(text, length + 1, shownAddress(text), known(text, scheme));
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

  /** Asks a syntax of others, whose failure may repeat the address. */
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

  /** Returns what is known of an address from its scheme alone; its default port is a rule. */
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
      throw shownAddress(text).malformed("it begins or ends with a space: leave it out");
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
                shownAddress(scp.text()).quoted(),
                schemes.containsKey("ssh") ? port + " or " + path : port));
  }

  private AmbiguousAddressException passwordOrPath(String text) {
    return new AmbiguousAddressException(
        ("address %s has a password and no scheme, or is scp-like (host:path) with an '@' in its"
                + " path: write scheme://user:password@host or user@host:path")
            .formatted(shownAddress(text).quoted()));
  }

  /** Returns the scheme to show in advice: the plainest that is here. */
  private String plainScheme() {
    return Stream.concat(Stream.of("tcp").filter(schemes::containsKey), names.stream())
        .filter(name -> !name.equals("ssh"))
        .findFirst()
        .orElse(schemes.containsKey("ssh") ? "ssh" : "tcp");
  }

  private MalformedAddressException withoutScheme(String text) {
    ShownAddress shown = shownAddress(text);
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
    return notServed(shownAddress(text).quoted() + ": " + why, typed);
  }

  /** Returns what to throw for a scheme that is not here, and was not typed in an address. */
  UnknownSchemeException unknown(String scheme) {
    return notServed("the scheme \"" + Printed.text(scheme) + "\": ", scheme);
  }

  private UnknownSchemeException notServed(String what, String typed) {
    String schemesHere =
        names.isEmpty() ? "there are no schemes here" : "schemes here are " + names.print();
    String scheme = typed.toLowerCase(Locale.ROOT);
    Optional<String> remedy =
        UnknownSchemeException.remedy(scheme)
            .or(() -> names.nearest(scheme).map("did you mean \"%s\"?"::formatted));
    return new UnknownSchemeException(
        "no protocol serves %s%s%s"
            .formatted(what, schemesHere, remedy.map("; "::concat).orElse("")));
  }
}
