package dev.mimic.mail;

/** A step of an SMTP session: the last request to the server. */
enum SmtpStep {
  GREETING("for its greeting"),
  EHLO("for EHLO"),
  START_TLS("for STARTTLS"),
  SECOND_EHLO("for EHLO over TLS"),
  LOGIN("for the login"),
  NO_LOGIN("for the login"),
  MAIL("for MAIL FROM"),
  RCPT("for RCPT TO"),
  DATA("for DATA"),
  END_OF_DATA("to take the mail"),
  DONE("for QUIT");

  private final String asked;

  SmtpStep(String asked) {
    this.asked = asked;
  }

  /** Returns the words that follow "was asked" in a message. */
  String asked() {
    return asked;
  }

  /** Returns {@link #asked} for a request without an answer, with a note on the consequences. */
  String unanswered() {
    return this == END_OF_DATA
        ? asked + ", which was sent completely: it may have been delivered"
        : asked;
  }

  /** Returns the predicate of a message about a server that did not answer. */
  String noAnswer() {
    return this == GREETING
        ? "sent no greeting: if it expects TLS from the first byte, use smtps://"
        : "did not answer when asked " + unanswered();
  }
}
