package dev.mimic.mail;

import dev.mimic.Key;

/** The keys for settings of mail. Set them in a context or in a module. */
public final class Mail {
  /**
   * The name of this host, which it sends in {@code EHLO} (RFC 5321, section 4.1.1.1). Defaults to
   * the local address of the connection, such as {@code [192.0.2.1]}. A submission server accepts
   * that. A server that accepts mail from anyone often requires a DNS name.
   */
  public static final Key<String> NAME = Key.of("mail.name", name -> name);

  /** The carrier of the mail schemes, as {@code Scheme.carrier} returns it. */
  public static final Key<?> CARRIER = SmtpProtocol.ENDPOINT;

  private Mail() {}
}
