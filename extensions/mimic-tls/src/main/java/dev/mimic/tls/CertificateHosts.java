package dev.mimic.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;

/** The hosts that a certificate is for (RFC 9525). Nothing is looked up. */
final class CertificateHosts {
  private static final int DNS_NAME = 2; // RFC 5280, section 4.2.1.6
  private static final int IP_ADDRESS = 7;

  private CertificateHosts() {}

  /** Returns the names and addresses among the alternative names. */
  static List<String> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      List<String> hosts = new ArrayList<>();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        boolean isHost = name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS);
        if (isHost && name.get(1) instanceof String host) {
          hosts.add(host);
        }
      }
      return hosts;
    } catch (CertificateParsingException e) {
      return List.of(); // as if it had none
    }
  }

  /** Returns whether a name of a certificate, which may have a wildcard, means this host. */
  static boolean matches(String name, String host) {
    if (IPAddress.isValid(name) || IPAddress.isValid(withoutZone(host))) {
      return sameAddress(name, withoutZone(host));
    }
    String[] pattern = labels(name);
    String[] labels = labels(host);
    if (pattern.length != labels.length) {
      return false;
    }
    for (int i = 1; i < labels.length; i++) {
      if (!pattern[i].equals(labels[i])) {
        return false;
      }
    }
    return labels[0].matches(Pattern.quote(pattern[0]).replace("*", "\\E.*\\Q"));
  }

  private static String[] labels(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return (lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower).split("\\.", -1);
  }

  private static String withoutZone(String host) {
    return host.indexOf(':') >= 0 && host.indexOf('%') >= 0
        ? host.substring(0, host.indexOf('%'))
        : host;
  }

  private static boolean sameAddress(String name, String host) {
    if (!IPAddress.isValid(name) || !IPAddress.isValid(host)) {
      return false;
    }
    try { // both are literals: nothing is looked up
      return InetAddress.getByName(name).equals(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
