package dev.mimic.tls.bouncycastle;

import dev.mimic.guice.MimicModule;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsProvider;
import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/**
 * TLS over the deployment's network, by Bouncy Castle: stands where {@link TlsModule} stood, and
 * nothing else changes. Registers no security provider in the JVM.
 *
 * <p>Bouncy Castle cannot read once its output is shut down, resumes sessions of TLS 1.2 only, and
 * logs each handshake, by {@code java.util.logging} under {@code org.bouncycastle.jsse}.
 */
public final class BouncyCastleTlsModule extends MimicModule {

  /** Makes the module. */
  public BouncyCastleTlsModule() {}

  /** Returns Bouncy Castle as a provider of TLS, for use without Guice. */
  public static TlsProvider provider() {
    Provider keys = new BouncyCastleProvider(); // whose Ed25519 keys it knows, and not the JDK's
    return TlsProvider.of("bouncycastle", new BouncyCastleJsseProvider(keys), keys);
  }

  @Override
  protected void contribute() {
    install(new TlsModule(provider()));
  }
}
