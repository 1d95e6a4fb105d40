package dev.mimic.mail;

import dev.mimic.Key;

/** The values that say how mail is sent. They are put into a context, or bound by a module. */
public final class Mail {
  /**
   * The name by which this host greets a mail server (RFC 5321, section 4.1.1.1). At first it is
   * the address that the connection comes from, as {@code [192.0.2.1]}: enough for a user's own
   * server, but one that takes mail of strangers wants a name of the domain name system.
   */
  public static final Key<String> NAME = Key.of("mail.name", name -> name);

  /** What carries the schemes of mail, as {@code Scheme.carrier} tells it. */
  public static final Key<?> CARRIER = SmtpProtocol.ENDPOINT;

  private Mail() {}
}
