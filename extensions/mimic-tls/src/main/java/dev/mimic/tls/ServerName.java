package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;

/**
 * The name that a server's certificate must have (RFC 9525), checked by rules that are the same for
 * every provider of TLS:
 *
 * <ul>
 *   <li>Only dNSName and iPAddress entries of the subjectAltName count, never the common name.
 *   <li>A host that is an IP address matches only an iPAddress of the same bytes.
 *   <li>Other hosts match a dNSName of the same ASCII characters, ignoring case. Underscores are
 *       ordinary characters. The trailing dot of a host is ignored.
 *   <li>A wildcard must be the whole left-most label, with at least two more labels after it, and
 *       matches one label. Other names with an asterisk match nothing.
 * </ul>
 *
 * <p>The same name is sent to the server (SNI, RFC 6066, section 3).
 */
final class ServerName {
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int DNS_NAME = 0x82; // RFC 5280, section 4.2.1.6
  private static final int IP_ADDRESS = 0x87;
  private static final int MAX_SHOWN = 8;
  private static final int MAX_LENGTH = 255; // the limit of a DNS name

  private static final Pattern WILDCARD = Pattern.compile("\\*(?:\\.[^.*]+){2,}");
  private static final Pattern LIKE_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

  private final String host;
  private final boolean isAddress;

  private ServerName(String host) {
    this.host = host;
    this.isAddress = LIKE_ADDRESS.matcher(host).matches();
  }

  /**
   * Returns the name of this host.
   *
   * @throws IllegalArgumentException if the host is not ASCII: IDNA 2003 and 2008 can encode it as
   *     different names
   */
  static ServerName of(String host) {
    if (!US_ASCII.newEncoder().canEncode(host)) {
      throw new IllegalArgumentException(
          "the server's name (%s) must be ASCII%s".formatted(Subjects.printable(host), ace(host)));
    }
    boolean hasLastDot = host.length() > 1 && host.endsWith(".");
    return new ServerName(hasLastDot ? host.substring(0, host.length() - 1) : host);
  }

  private static String ace(String host) {
    try {
      return ", such as " + IDN.toASCII(host);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Returns the host without a trailing dot. */
  String host() {
    return host;
  }

  /** Returns the names to send, or an empty list for an IP address. */
  List<SNIServerName> sent() {
    if (isAddress) {
      return List.of();
    }
    try {
      return List.of(new SNIHostName(host));
    } catch (IllegalArgumentException e) { // for example, because of an underscore
      return host.isEmpty() ? List.of() : List.of(new NonstandardHostName(host));
    }
  }

  /** Returns whether the host has characters, such as underscores, that some providers refuse. */
  boolean isNonstandard() {
    return sent().stream().anyMatch(NonstandardHostName.class::isInstance);
  }

  /** A host name that {@link SNIHostName} refuses. */
  private static final class NonstandardHostName extends SNIServerName {
    NonstandardHostName(String host) {
      super(StandardConstants.SNI_HOST_NAME, host.getBytes(US_ASCII));
    }
  }

  /** Returns a sentence that says why the certificate has another name, or empty if it matches. */
  Optional<String> refusal(X509Certificate certificate) {
    List<Der> names = names(certificate);
    if (names.stream().anyMatch(this::matches)) {
      return Optional.empty();
    }
    String reason =
        names.isEmpty()
            ? "it has no subjectAltName, and TLS ignores the common name"
            : "it is for " + shown(names.stream().map(ServerName::text).toList());
    return Optional.of(
        "%s is not for %s: %s".formatted(CertificateDiagnosis.nameOf(certificate), host, reason));
  }

  /** Checks the certificate that the server presented in the handshake of this session. */
  void require(SSLSession session) throws SSLException {
    if (!(session.getPeerCertificates()[0] instanceof X509Certificate certificate)) {
      throw new SSLException("the peer has presented no X.509 certificate");
    }
    Optional<String> refusal = refusal(certificate);
    if (refusal.isPresent()) {
      String sentence = refusal.get();
      throw new SSLException(
          new RefusedCertificateException(sentence, new CertificateException(sentence)));
    }
  }

  // Read from the encoding, since providers decode unusual names differently.
  private static List<Der> names(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(SUBJECT_ALTERNATIVE_NAME);
    if (extension == null) {
      return List.of();
    }
    try {
      return Der.parse(Der.parse(extension).content()).elements().stream()
          .filter(name -> name.is(DNS_NAME) || name.is(IP_ADDRESS))
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of(); // treated as a certificate without names
    }
  }

  private boolean matches(Der name) {
    return isAddress
        ? name.is(IP_ADDRESS) && Arrays.equals(name.content(), address())
        : name.is(DNS_NAME) && matches(text(name));
  }

  private boolean matches(String name) {
    if (name.indexOf('*') < 0) {
      return name.equalsIgnoreCase(host);
    }
    int dot = host.indexOf('.');
    return isWildcard(name) && dot > 0 && host.substring(dot).equalsIgnoreCase(name.substring(1));
  }

  private static boolean isWildcard(String name) {
    return name.length() <= MAX_LENGTH && WILDCARD.matcher(name).matches();
  }

  /** Returns the bytes of the IP address, or an empty array for other hosts. Looks up no name. */
  private byte[] address() {
    try {
      if (host.indexOf(':') >= 0) {
        int zone = host.indexOf('%');
        String literal = zone < 0 ? host : host.substring(0, zone);
        return InetAddress.getByName("[" + literal + "]").getAddress();
      }
      return IPV4.matcher(host).matches() ? InetAddress.getByName(host).getAddress() : new byte[0];
    } catch (UnknownHostException e) {
      return new byte[0];
    }
  }

  private static String text(Der name) {
    if (name.is(DNS_NAME)) {
      return new String(name.content(), ISO_8859_1);
    }
    try {
      return InetAddress.getByAddress(name.content()).getHostAddress();
    } catch (UnknownHostException e) {
      return "an address of %d bytes".formatted(name.content().length);
    }
  }

  private static String shown(List<String> names) {
    String first = names.stream().limit(MAX_SHOWN).map(Subjects::printable).collect(joining(", "));
    String all =
        names.size() <= MAX_SHOWN
            ? first
            : "%s and %d more".formatted(first, names.size() - MAX_SHOWN);
    boolean hasIgnoredWildcard =
        names.stream().anyMatch(n -> n.indexOf('*') >= 0 && !isWildcard(n));
    return hasIgnoredWildcard
        ? all + " (a wildcard must be the whole first label, with two more after it)"
        : all;
  }
}
