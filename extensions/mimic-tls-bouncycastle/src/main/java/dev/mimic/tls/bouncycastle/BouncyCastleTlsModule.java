package dev.mimic.tls.bouncycastle;

import dev.mimic.guice.MimicModule;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsProvider;
import java.security.Provider;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/**
 * A module that contributes TLS over the deployment's network by Bouncy Castle. Install it in place
 * of {@link TlsModule}. It registers no security provider in the JVM.
 *
 * <p>Bouncy Castle cannot read after its output is shut down, and resumes only sessions of TLS 1.2.
 * It logs each handshake by {@code java.util.logging} under {@code org.bouncycastle.jsse}.
 */
public final class BouncyCastleTlsModule extends MimicModule {

  /** Creates the module. */
  public BouncyCastleTlsModule() {
    super(List.of());
  }

  /** Returns Bouncy Castle as a provider of TLS, for use without Guice. */
  public static TlsProvider provider() {
    Provider keys = new BouncyCastleProvider(); // its JSSE does not support the JDK's Ed25519 keys
    return TlsProvider.of("bouncycastle", new BouncyCastleJsseProvider(keys), keys);
  }

  @Override
  protected void contribute() {
    install(new TlsModule(provider()));
  }
}
