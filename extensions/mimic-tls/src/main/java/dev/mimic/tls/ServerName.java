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
 * The name that a server's certificate must have (RFC 9525), by rules that are the same for every
 * provider of TLS:
 *
 * <ul>
 *   <li>Names are dNSName and iPAddress entries of the subjectAltName, never the common name.
 *   <li>A host that is an IP address matches an iPAddress of the same bytes, and nothing else.
 *   <li>Other hosts match a dNSName of the same ASCII characters, in either case. Underscores are
 *       characters like others; the last dot of a host does not count.
 *   <li>A wildcard is the whole left-most label of a name with two more labels at least, and
 *       matches one label. Other names with an asterisk match nothing.
 * </ul>
 *
 * <p>The name is also the one that is sent to the server (SNI, RFC 6066, section 3).
 */
final class ServerName {
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int DNS_NAME = 0x82; // RFC 5280, section 4.2.1.6
  private static final int IP_ADDRESS = 0x87;
  private static final int MAX_SHOWN = 8;
  private static final int MAX_LENGTH = 255; // of a DNS name

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
   * @throws IllegalArgumentException if it is not ASCII: the encodings of IDNA 2003 and 2008 are
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

  /** Returns the host, without a last dot. */
  String host() {
    return host;
  }

  /** Returns the names to send: none for an IP address. */
  List<SNIServerName> sent() {
    if (isAddress) {
      return List.of();
    }
    try {
      return List.of(new SNIHostName(host));
    } catch (IllegalArgumentException e) { // it has an underscore, for example
      return host.isEmpty() ? List.of() : List.of(new OtherName(host));
    }
  }

  /** Returns whether it has characters, such as underscores, that some providers do not take. */
  boolean isOdd() {
    return sent().stream().anyMatch(OtherName.class::isInstance);
  }

  /** A host name that {@link SNIHostName} does not take. */
  private static final class OtherName extends SNIServerName {
    OtherName(String host) {
      super(StandardConstants.SNI_HOST_NAME, host.getBytes(US_ASCII));
    }
  }

  /** Returns why the certificate is not this server's, in a sentence, unless it is. */
  Optional<String> refusal(X509Certificate certificate) {
    List<Der> names = names(certificate);
    if (names.stream().anyMatch(this::matches)) {
      return Optional.empty();
    }
    String reason =
        names.isEmpty()
            ? "it has no alternative names, and its common name is no host to TLS"
            : "it is for " + shown(names.stream().map(ServerName::text).toList());
    return Optional.of(
        "%s is not for %s: %s".formatted(CertificateDoubt.its(certificate), host, reason));
  }

  /** Checks the certificate that the server has shown in the handshake of this session. */
  void require(SSLSession session) throws SSLException {
    if (!(session.getPeerCertificates()[0] instanceof X509Certificate certificate)) {
      throw new SSLException("the peer has shown no X.509 certificate");
    }
    Optional<String> refusal = refusal(certificate);
    if (refusal.isPresent()) {
      String sentence = refusal.get();
      throw new SSLException(
          new RefusedCertificateException(sentence, new CertificateException(sentence)));
    }
  }

  // As they are encoded: what the providers make of odd ones differs.
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
      return List.of(); // as if it had none
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

  /** Returns the bytes of the address, or none if it is none. Nothing is looked up. */
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
    boolean hasOddWildcard = names.stream().anyMatch(n -> n.indexOf('*') >= 0 && !isWildcard(n));
    return hasOddWildcard
        ? all + " (a wildcard counts as the whole first label, before two others)"
        : all;
  }
}
