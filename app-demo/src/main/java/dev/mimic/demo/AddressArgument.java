package dev.mimic.demo;

import dev.mimic.Inventory;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.Scheme;
import dev.mimic.mail.Mail;
import dev.mimic.ssh.SshProtocol;
import dev.mimic.tls.TlsListeningProtocol;
import dev.mimic.tls.TlsProtocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks of an address argument before a connection. Each message names the form that the command
 * needs. It quotes an address only if that has no password.
 */
final class AddressArgument {
  private static final Pattern WITH_SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
  private static final Pattern SCP_LIKE = Pattern.compile("([^/:]+@)?[^/:@]+:(?!\\d+(/|$)).+");
  private static final Pattern FILE = Pattern.compile("[/.~].*");
  private static final Pattern BARE =
      Pattern.compile(
          "(?<user>[\\w.+-]+@)?(?<host>[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?<port>:\\d{1,5})?"
              + "(?<path>/[\\w./~%+-]*)?");
  private static final Pattern AUTHORITY = Pattern.compile("[^:]+://(?:[^/?#]*@)?([^/?#@]*).*");

  private AddressArgument() {}

  /** Refuses an address without a scheme, or without a port that it needs. */
  static void check(String address, String scheme, MimicResolver resolver) {
    checkScheme(address, scheme, resolver);
    checkPort(address, resolver);
  }

  /**
   * Refuses an address without a scheme.
   *
   * @param scheme the scheme to suggest
   */
  static void checkScheme(String address, String scheme, MimicResolver resolver) {
    if (!hasScheme(address, resolver)
        && !SCP_LIKE.matcher(address).matches()
        && !FILE.matcher(address).matches()
        && !address.isBlank()) {
      throw withoutScheme(address, find(scheme, resolver));
    }
  }

  private static void checkPort(String address, MimicResolver resolver) {
    find(schemeOf(address), resolver)
        .filter(found -> found.defaultPort().isEmpty())
        .filter(found -> isWithoutPort(address))
        .ifPresent(
            found -> {
              throw new WrongUsageException(
                  "the address has no port, and %s has no default: write %s://HOST:PORT"
                      .formatted(found.name(), found.name()));
            });
  }

  /** Refuses an address of SSH where a connection that runs no command is needed. */
  static void checkPing(String address, MimicResolver resolver) {
    check(address, "tcp", resolver);
    if (schemeOf(address).equals("ssh")) {
      throw new WrongUsageException("ssh: addresses run a command: use mimic ssh");
    }
  }

  /** Refuses an address that cannot be listened on. */
  static void checkListening(String address, MimicResolver resolver) {
    check(address, "tcp", resolver);
    find(schemeOf(address), resolver)
        .filter(found -> found.listenCarrier().isEmpty())
        .ifPresent(
            found -> {
              throw new WrongUsageException(
                  "%s: addresses can be connected to, but not listened on".formatted(found.name()));
            });
  }

  /** Refuses an address that is neither that of a Git server nor a folder. */
  static void checkGit(String address, MimicResolver resolver) {
    checkPort(address, resolver);
    if (!hasScheme(address, resolver)
        && address.matches("[^/:]+\\.[^/:]+/.*")
        && !Files.exists(Path.of(address))) {
      withScheme(address, "https", false)
          .ifPresent(
              each -> {
                throw new WrongUsageException(
                    "there is no folder %s: to clone from a server, write %s"
                        .formatted(address, each));
              });
    }
  }

  /** Refuses an address that a protocol other than SSH connects to. */
  static void checkSsh(String address, MimicResolver resolver) {
    if (!hasScheme(address, resolver)) {
      throw withoutScheme(address, find("ssh", resolver));
    }
    if (isCarriedOtherwise(address, SshProtocol.ENDPOINT, resolver)) {
      throw new WrongUsageException(
          "a command runs over SSH, and %s: addresses do not use it: write ssh://[USER@]HOST[:PORT]"
              .formatted(schemeOf(address)));
    }
  }

  /** Refuses an address that is not of a mail server. */
  static void checkMail(String address, MimicResolver resolver) {
    check(address, "submission", resolver);
    if (isCarriedOtherwise(address, Mail.CARRIER, resolver)) {
      throw new WrongUsageException(
          "%s: addresses are not of mail servers: write submission://, smtps:// or smtp://"
              .formatted(schemeOf(address)));
    }
  }

  /** Refuses options of TLS for an address without TLS: the user relies on them. */
  static void refuseTlsOptions(String options, String address, MimicResolver resolver) {
    if (isCarriedOtherwise(address, TlsProtocol.ENDPOINT, resolver)
        && isCarriedOtherwise(address, Mail.CARRIER, resolver)) {
      throw new WrongUsageException(
          "%s are for TLS, which %s: addresses do not use".formatted(options, schemeOf(address)));
    }
  }

  /** Returns whether a server at the address uses TLS. */
  static boolean isServedByTls(String address, MimicResolver resolver) {
    return find(schemeOf(address), resolver)
        .flatMap(Scheme::listenCarrier)
        .filter(TlsListeningProtocol.ENDPOINT::equals)
        .isPresent();
  }

  /** Returns whether another protocol carries the scheme of the address. */
  static boolean isCarriedOtherwise(String address, Key<?> carrier, MimicResolver resolver) {
    return find(schemeOf(address), resolver)
        .filter(found -> found.carrier() != carrier)
        .isPresent();
  }

  /**
   * Returns the address to write in place of one without a scheme, or empty if that is not clear.
   * The result has no password.
   */
  static Optional<String> withScheme(String address, String scheme, boolean needsPort) {
    Matcher bare = BARE.matcher(address);
    if (!bare.matches()) {
      return Optional.empty();
    }
    String port = bare.group("port") == null && needsPort ? ":PORT" : "";
    String path = Optional.ofNullable(bare.group("path")).orElse("");
    String server = address.substring(0, address.length() - path.length());
    return Optional.of(scheme + "://" + server + port + path);
  }

  private static WrongUsageException withoutScheme(String address, Optional<Scheme> scheme) {
    boolean needsPort = scheme.filter(each -> each.defaultPort().isEmpty()).isPresent();
    String name = scheme.map(Scheme::name).orElse("tcp");
    return new WrongUsageException(
        withScheme(address, name, needsPort)
            .map(each -> "\"%s\" has no scheme: write %s".formatted(address, each))
            .orElse(
                "the address has no scheme: write %s://HOST%s"
                    .formatted(name, needsPort ? ":PORT" : "[:PORT]")));
  }

  private static boolean hasScheme(String address, MimicResolver resolver) {
    return WITH_SCHEME.matcher(address).matches()
        && (address.contains("://") || find(schemeOf(address), resolver).isPresent());
  }

  private static boolean isWithoutPort(String address) {
    Matcher authority = AUTHORITY.matcher(address);
    return authority.matches()
        && !authority.group(1).isEmpty()
        && !authority.group(1).matches(".*:\\d*|.*:[^\\]]*");
  }

  private static String schemeOf(String address) {
    return address.substring(0, Math.max(0, address.indexOf(':'))).toLowerCase(Locale.ROOT);
  }

  private static Optional<Scheme> find(String name, MimicResolver resolver) {
    List<Inventory.SchemeEntry> schemes = resolver.inventory().schemes();
    return schemes.stream()
        .map(Inventory.SchemeEntry::scheme)
        .filter(each -> each.name().equals(name))
        .findFirst();
  }
}
