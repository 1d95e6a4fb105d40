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
 * A key manager that holds its only key decrypted, and delegates the choice of an alias to another
 * one. The JDK's key manager decrypts the key for each handshake of a server, even for one that
 * resumes a session. That takes several times as long as the rest of the handshake. Immutable and
 * thread-safe, as far as the other one is: handshakes share it.
 */
final class CachedKeyManager extends X509ExtendedKeyManager {
  private static final String SUFFIX = "." + TlsIdentity.ALIAS;

  private final X509ExtendedKeyManager delegate;
  private final PrivateKey key;
  private final List<X509Certificate> chain;

  CachedKeyManager(X509ExtendedKeyManager delegate, PrivateKey key, List<X509Certificate> chain) {
    this.delegate = delegate;
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

  /** Returns whether an alias denotes the key. The JDK adds numbers, as in {@code 1.0.identity}. */
  private static boolean isKnown(@Nullable String alias) {
    return alias != null && (alias.equals(TlsIdentity.ALIAS) || alias.endsWith(SUFFIX));
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return delegate.getClientAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return delegate.chooseClientAlias(keyTypes, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return delegate.chooseEngineClientAlias(keyTypes, issuers, engine);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return delegate.getServerAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return delegate.chooseServerAlias(keyType, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return delegate.chooseEngineServerAlias(keyType, issuers, engine);
  }
}
