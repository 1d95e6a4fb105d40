package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * A module that contributes TLS over the deployment's network: the scheme {@code tls}, carried by
 * {@link TlsProtocol}, and the derivations of {@link Tls#CLIENT} and {@link Tls#SERVER}.
 *
 * <p>Equal modules are installed once. Modules with different providers make the injector fail.
 * Pass a {@link TlsProvider} to replace the JDK's.
 */
public final class TlsModule extends MimicModule {
  private final TlsProvider provider;

  /** Creates a module that uses the JDK's implementation of TLS. */
  public TlsModule() {
    super(List.of("jsse")); // TlsProvider.jsse() returns a new provider each time
    this.provider = TlsProvider.jsse();
  }

  /** Creates a module that uses another implementation of TLS. */
  public TlsModule(TlsProvider provider) {
    super(List.of(requireNonNull(provider, "provider")));
    this.provider = provider;
  }

  @Override
  protected void contribute() {
    bind(TlsProvider.class).toInstance(provider); // makes Guice refuse a second module
    bindValue(Tls.PROVIDER, provider);
    bindProtocol(new TlsProtocol());
    bindListeningProtocol(TlsListeningProtocol.class);
    bindScheme(Scheme.of("tls", TlsProtocol.ENDPOINT).listeningBy(TlsListeningProtocol.ENDPOINT));
    Tls.derivations().forEach(this::bindDerivation);
    bindDerivation(TlsProtocol.derivation());
    bindDerivation(TlsListeningProtocol.derivation());
  }
}
