package dev.mimic.tls;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The settings that clients and servers have in common.
 *
 * @param alpn the application protocols, most preferred first; empty disables the negotiation
 * @param cipherSuites if absent, the suites that the provider enables and RFC 9325 recommends
 */
record TlsSettings(
    List<String> alpn, Set<TlsVersion> versions, Optional<List<String>> cipherSuites) {

  static final TlsSettings DEFAULT =
      new TlsSettings(List.of(), Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3), Optional.empty());

  TlsSettings {
    alpn = List.copyOf(alpn);
    versions = Set.copyOf(versions);
    cipherSuites = cipherSuites.map(List::copyOf);
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("versions must name at least one");
    }
    if (cipherSuites.isPresent() && cipherSuites.get().isEmpty()) {
      throw new IllegalArgumentException("cipherSuites must name at least one");
    }
    for (String protocol : alpn) {
      if (protocol.isEmpty() || protocol.length() > 255) { // RFC 7301, section 3.1
        throw new IllegalArgumentException(
            "alpn (%s) must name protocols of 1 to 255 bytes".formatted(alpn));
      }
    }
  }

  TlsSettings withAlpn(List<String> protocols) {
    return new TlsSettings(protocols, versions, cipherSuites);
  }

  TlsSettings withVersions(Set<TlsVersion> accepted) {
    return new TlsSettings(alpn, accepted, cipherSuites);
  }

  TlsSettings withCipherSuites(List<String> suites) {
    return new TlsSettings(alpn, versions, Optional.of(suites));
  }

  /** Returns the parameters of this engine with these settings applied. */
  SSLParameters parameters(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(alpn.toArray(String[]::new));
    parameters.setProtocols(
        versions.stream().map(TlsVersion::protocol).sorted().toArray(String[]::new));
    parameters.setCipherSuites(
        cipherSuites
            .map(suites -> suites.toArray(String[]::new))
            .orElseGet(() -> recommended(engine.getEnabledCipherSuites())));
    return parameters;
  }

  private static String[] recommended(String[] enabled) {
    return Arrays.stream(enabled).filter(TlsSettings::isRecommended).toArray(String[]::new);
  }

  /** Returns whether a suite has forward secrecy and authenticated encryption. */
  private static boolean isRecommended(String suite) {
    return suite.startsWith("TLS_AES_")
        || suite.startsWith("TLS_CHACHA20_")
        || (suite.startsWith("TLS_ECDHE_")
            && (suite.contains("_GCM_") || suite.contains("_CHACHA20_")));
  }
}
