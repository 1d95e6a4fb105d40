package dev.mimic.mail;

import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/**
 * Mail over the deployment's network: the schemes {@code smtp} (port 25) and {@code submission}
 * (port 587), both by STARTTLS (RFC 3207), and {@code smtps} (port 465), by TLS from the first byte
 * (RFC 8314). It needs a {@code TlsModule}, whose values say whom to trust.
 */
public final class MailModule extends MimicModule {

  /** Makes the module. */
  public MailModule() {}

  @Override
  protected void contribute() {
    bindProtocol(new SmtpProtocol());
    for (SmtpScheme scheme : SmtpScheme.values()) {
      bindScheme(Scheme.of(scheme.text(), SmtpProtocol.ENDPOINT).withDefaultPort(scheme.port()));
    }
    bindDerivation(SmtpProtocol.derivation());
  }
}
