package dev.mimic.mail;

import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * A module for mail over the deployment's network. It binds the schemes {@code smtp} (port 25) and
 * {@code submission} (port 587), which use STARTTLS (RFC 3207), and {@code smtps} (port 465), which
 * uses TLS from the first byte (RFC 8314). It requires a {@code TlsModule}, which configures the
 * trusted certificates.
 */
public final class MailModule extends MimicModule {

  /** Creates the module. */
  public MailModule() {
    super(List.of());
  }

  @Override
  protected void contribute() {
    bindProtocol(new SmtpProtocol());
    for (SmtpScheme scheme : SmtpScheme.values()) {
      bindScheme(Scheme.of(scheme.text(), SmtpProtocol.ENDPOINT).withDefaultPort(scheme.port()));
    }
    bindDerivation(SmtpProtocol.derivation());
  }
}
