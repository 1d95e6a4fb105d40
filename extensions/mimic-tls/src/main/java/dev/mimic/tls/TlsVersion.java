package dev.mimic.tls;

import javax.net.ssl.SSLSession;

/** The supported versions of TLS. Older versions are insecure (RFC 8996). */
public enum TlsVersion {
  /** RFC 5246. */
  TLS_1_2("TLSv1.2"),

  /** RFC 8446. */
  TLS_1_3("TLSv1.3");

  private final String protocol;

  TlsVersion(String protocol) {
    this.protocol = protocol;
  }

  /** Returns whether this is the version of a session. */
  boolean isOf(SSLSession session) {
    return session.getProtocol().equals(protocol);
  }

  /** Returns the JDK's name of this version, such as {@code TLSv1.3}. */
  public String protocol() {
    return protocol;
  }
}
