package dev.mimic.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How TLS begins, which is what the schemes of mail differ in; and their ports. */
enum SmtpScheme {
  /** From server to server, and what was once for all. */
  SMTP(25, false),
  /** From a user's program (RFC 6409). */
  SUBMISSION(587, false),
  /** The same, with TLS from the first byte (RFC 8314). */
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

  /** Returns whether TLS begins with the connection, and not by STARTTLS. */
  boolean beginsWithTls() {
    return beginsWithTls;
  }
}
