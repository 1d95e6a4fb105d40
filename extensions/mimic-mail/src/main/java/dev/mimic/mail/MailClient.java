package dev.mimic.mail;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;

/**
 * A client that sends mail to the server of an address, always over TLS with a verified
 * certificate:
 *
 * <ul>
 *   <li>{@code smtp://host} (port 25) and {@code submission://user@host} (port 587) require
 *       STARTTLS. If the server does not offer it, neither a login nor a mail is sent.
 *   <li>{@code smtps://user@host} (port 465) uses TLS from the first byte.
 * </ul>
 *
 * <p>If a user is given ({@code Address.USER}), the client logs in over TLS with {@code
 * Address.PASSWORD}. Both can be part of the address, but the context is a better place for them.
 *
 * <p>A mail goes to all of its recipients or to none. Each mail uses a new connection. Thread-safe;
 * needs no closing.
 *
 * <p><b>Failures.</b> A failure before the server accepts commands for a mail is a {@link
 * dev.mimic.ResolutionException}. Its cause is a {@link MailTlsException}, a {@link
 * MailAuthenticationException}, an {@link javax.net.ssl.SSLHandshakeException} for an untrusted
 * certificate, or an exception of the network. A later failure is one of these:
 *
 * <ul>
 *   <li>{@link MailException}: the server refused the mail;
 *   <li>{@link dev.mimic.flow.PeerGoneException}: the connection was lost;
 *   <li>{@link java.net.SocketTimeoutException}: the time limit was reached.
 * </ul>
 *
 * <p>If the server has received the whole mail but has not confirmed it, the message says that the
 * mail may have been delivered. Every message is a single line without passwords.
 */
public final class MailClient {
  private final MimicResolver resolver;

  @Inject
  MailClient(MimicResolver resolver) {
    this.resolver = requireNonNull(resolver, "resolver");
  }

  /** Returns a client that uses the resolver, which needs a {@link MailModule}. */
  public static MailClient of(MimicResolver resolver) {
    return new MailClient(resolver);
  }

  /** Sends a mail within the resolver's default timeout. */
  public void send(String address, MailMessage mail) throws IOException {
    send(address, mail, Context.empty(), resolver.timeout());
  }

  /** Sends a mail within the resolver's default timeout. */
  public void send(String address, MailMessage mail, Context extra) throws IOException {
    send(address, mail, extra, resolver.timeout());
  }

  /**
   * Sends a mail and returns when the server has accepted it.
   *
   * @param extra values that take precedence over those of the address and the resolver
   * @param timeout the positive time limit for the whole operation, including name resolution
   */
  public void send(String address, MailMessage mail, Context extra, Duration timeout)
      throws IOException {
    requireNonNull(mail, "mail");
    try (Flow flow = resolver.with(extra).withTimeout(timeout).resolve(address)) {
      SmtpFlow smtp =
          flow.find(SmtpFlow.class)
              .orElseThrow(
                  () ->
                      new IOException(
                          "mail cannot be sent over %s: use smtp://, submission:// or smtps://"
                              .formatted(flow.info())));
      smtp.send(mail);
    }
  }
}
