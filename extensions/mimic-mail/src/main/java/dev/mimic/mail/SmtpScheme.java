package dev.mimic.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The schemes of mail. They differ in their default ports and in the start of TLS. */
enum SmtpScheme {
  /** Transfer between servers, by STARTTLS (RFC 3207). */
  SMTP(25, false),
  /** Submission by a user, by STARTTLS (RFC 6409). */
  SUBMISSION(587, false),
  /** Submission by a user, with TLS from the first byte (RFC 8314). */
  SMTPS(465, true);

  private final int port;
  private final boolean beginsWithTls;

  SmtpScheme(int port, boolean beginsWithTls) {
    this.port = port;
    this.beginsWithTls = beginsWithTls;
  }

  static Optional<SmtpScheme> find(String text) {
    return Stream.of(values()).filter(each -> each.text().equals(text)).findFirst();
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  int port() {
    return port;
  }

  /** Returns whether TLS starts with the connection, and not by STARTTLS. */
  boolean beginsWithTls() {
    return beginsWithTls;
  }
}
