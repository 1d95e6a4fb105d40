package dev.mimic.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Leaves it to another to choose, and hands out the only key that there is as it was kept. The
 * JDK's own manager decrypts it for each handshake of a server, also for one that resumes a
 * session, and that takes several times as long as all the rest of the handshake.
 */
final class KeptKeyManager extends X509ExtendedKeyManager {
  private static final String SUFFIX = "." + TlsIdentity.ALIAS;

  private final X509ExtendedKeyManager choosing;
  private final PrivateKey key;
  private final List<X509Certificate> chain;

  KeptKeyManager(X509ExtendedKeyManager choosing, PrivateKey key, List<X509Certificate> chain) {
    this.choosing = choosing;
    this.key = key;
    this.chain = chain;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    return isKnown(alias) ? key : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    return isKnown(alias) ? chain.toArray(X509Certificate[]::new) : null;
  }

  /** Returns whether the other one has chosen it: the JDK's puts numbers before an entry's name. */
  private static boolean isKnown(@Nullable String alias) {
    return alias != null && (alias.equals(TlsIdentity.ALIAS) || alias.endsWith(SUFFIX));
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return choosing.getClientAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choosing.chooseClientAlias(keyTypes, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choosing.chooseEngineClientAlias(keyTypes, issuers, engine);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return choosing.getServerAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choosing.chooseServerAlias(keyType, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choosing.chooseEngineServerAlias(keyType, issuers, engine);
  }
}
