package dev.mimic.mail;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends mail to the server of an address, always over TLS and verified:
 *
 * <ul>
 *   <li>{@code smtp://host} (port 25) and {@code submission://user@host} (port 587): STARTTLS is
 *       demanded; a server that has none is told nothing;
 *   <li>{@code smtps://user@host} (port 465): TLS from the first byte.
 * </ul>
 *
 * <p>If there is a user ({@code Address.USER}), it logs in, once TLS is there, with {@code
 * Address.PASSWORD}. Both can stand in the address, or better in the context.
 *
 * <p>A mail goes to all its recipients or to none. Each has a connection of its own. Thread-safe;
 * owns nothing.
 *
 * <p><b>Failures.</b> What happens before the server is ready for a mail is a {@link
 * dev.mimic.ResolutionException}, whose cause is a {@link MailTlsException}, a {@link
 * MailAuthenticationException}, an {@link javax.net.ssl.SSLHandshakeException} for a certificate
 * that is not trusted, or what the network says. After that it is a {@link MailException} if the
 * server refuses, a {@link dev.mimic.flow.PeerGoneException} if it is lost, and a {@link
 * java.net.SocketTimeoutException} if the time is up. If the server has the whole mail by then, and
 * has not said whether it takes it, the message says that it may be delivered or not. Every message
 * is one line, and shows no password.
 */
public final class MailClient {
  private final MimicResolver resolver;

  @Inject
  MailClient(MimicResolver resolver) {
    this.resolver = requireNonNull(resolver, "resolver");
  }

  /** Returns a client of the servers that this resolver reaches; it needs a {@link MailModule}. */
  public static MailClient of(MimicResolver resolver) {
    return new MailClient(resolver);
  }

  /** Sends a mail, within the resolver's default time. */
  public void send(String address, MailMessage mail) throws IOException {
    send(address, mail, Context.empty(), resolver.timeout());
  }

  /** Sends a mail, within the resolver's default time. */
  public void send(String address, MailMessage mail, Context extra) throws IOException {
    send(address, mail, extra, resolver.timeout());
  }

  /**
   * Sends a mail; returns when the server has taken it.
   *
   * @param extra values that come before the address's and the resolver's own
   * @param timeout covers all of it, from the look-up of the name on; positive
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
                          "no mail can be sent over %s: write smtp://, submission:// or smtps://"
                              .formatted(flow.info())));
      smtp.send(mail);
    }
  }
}
