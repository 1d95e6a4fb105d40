package dev.mimic.mail;

/** What a mail server was asked for last. */
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

  /** Returns what follows "was asked". */
  String asked() {
    return asked;
  }

  /** Returns the same of what has no answer, with what that leaves open. */
  String unanswered() {
    return this == END_OF_DATA
        ? asked + ", which was sent whole: it may be delivered or not"
        : asked;
  }

  /** Returns what a server did that has not answered. */
  String silence() {
    return this == GREETING
        ? "gave no greeting: if it wants TLS from the first byte, write smtps://"
        : "was silent when asked " + unanswered();
  }
}
