package dev.mimic.tls;

import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/**
 * TLS over the deployment's network: the scheme {@code tls}, which {@link TlsProtocol} carries, and
 * the rules that make {@link Tls#CLIENT} and {@link Tls#SERVER}. An injector has one such module:
 * to change the provider is to change the module.
 */
public final class TlsModule extends MimicModule {
  private final TlsProvider provider;

  /** Makes the module with the JDK's own TLS. */
  public TlsModule() {
    super("jsse");
    this.provider = TlsProvider.jsse();
  }

  /** Makes the module with another implementation. */
  public TlsModule(TlsProvider provider) {
    super(provider);
    this.provider = provider;
  }

  @Override
  protected void contribute() {
    bind(TlsProvider.class).toInstance(provider); // Guice refuses a second one
    bindValue(Tls.PROVIDER, provider);
    bindProtocol(new TlsProtocol());
    bindListeningProtocol(TlsListeningProtocol.class);
    bindScheme(Scheme.of("tls", TlsProtocol.ENDPOINT).listeningBy(TlsListeningProtocol.ENDPOINT));
    Tls.derivations().forEach(this::bindDerivation);
    bindDerivation(TlsProtocol.derivation());
    bindDerivation(TlsListeningProtocol.derivation());
  }
}
