package dev.mimic.tls;

import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/** Formats names of certificates, and other text of a peer, for messages. */
final class Subjects {
  private static final int MAX_LENGTH = 200;

  private Subjects() {}

  static String of(X509Certificate certificate) {
    return of(certificate.getSubjectX500Principal());
  }

  static String of(X500Principal principal) {
    String name = principal.getName();
    return name.isEmpty() ? "(no name)" : printable(name);
  }

  /** Returns text of a peer, shortened and without line ends so that it cannot forge log lines. */
  static String printable(String text) {
    String visible = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    return visible.length() <= MAX_LENGTH ? visible : visible.substring(0, MAX_LENGTH) + "...";
  }
}
