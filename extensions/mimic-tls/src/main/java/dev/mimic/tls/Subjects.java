package dev.mimic.tls;

import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/** Names in certificates as messages show them. */
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

  /** Returns what a peer chose: it must not fill a log, nor end a line in it. */
  static String printable(String text) {
    String visible = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    return visible.length() <= MAX_LENGTH ? visible : visible.substring(0, MAX_LENGTH) + "...";
  }
}
