package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * An implementation of TLS: a security provider with an {@code SSLContext}. Thread-safe.
 *
 * <p>A {@code TlsProvider} caches one {@code SSLContext}, and with it the resumable sessions, for
 * each pair of trust and identity. It shares nothing with other instances and registers nothing in
 * the JVM.
 */
public final class TlsProvider {
  // More than programs need. It bounds the memory of a program that creates a trust per connection.
  private static final int MAX_CONTEXTS = 64;

  private static final String JSSE = "SunJSSE";

  private final String name;
  private final Provider provider;
  private final Optional<Provider> keys;

  private final ReentrantLock lock = new ReentrantLock(); // guards contexts
  private final Map<Setup, SSLContext> contexts =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Setup, SSLContext> eldest) {
          return size() > MAX_CONTEXTS;
        }
      };

  /** The configuration of an {@code SSLContext}. Without trust, it trusts no certificate. */
  private record Setup(Optional<TlsIdentity> identity, Optional<TlsTrust> trust) {}

  private TlsProvider(String name, Provider provider, Optional<Provider> keys) {
    this.name = requireNonNull(name, "name");
    this.provider = requireNonNull(provider, "provider");
    this.keys = keys;
  }

  /** Returns the JDK's own implementation. */
  public static TlsProvider jsse() {
    try {
      return of("jsse", SSLContext.getInstance("TLS").getProvider());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  /**
   * Returns an implementation.
   *
   * @param name the name in plans and messages
   * @param provider a provider with an {@code SSLContext} named TLS, and factories of key and trust
   *     managers named PKIX; it need not be registered in the JVM
   */
  public static TlsProvider of(String name, Provider provider) {
    return new TlsProvider(name, provider, Optional.empty());
  }

  /**
   * Returns an implementation that cannot use all keys of the JDK, and therefore uses keys of
   * another provider.
   *
   * @param name the name in plans and messages
   * @param provider as for {@link #of(String, Provider)}
   * @param keys a provider with factories of keys and of X.509 certificates, and with key stores
   *     named PKCS12; it need not be registered in the JVM
   */
  public static TlsProvider of(String name, Provider provider, Provider keys) {
    return new TlsProvider(name, provider, Optional.of(keys));
  }

  /** Returns the name in plans and messages. */
  public String name() {
    return name;
  }

  Provider provider() {
    return provider;
  }

  /** Returns the context for this identity and trust, from the cache if possible. */
  SSLContext context(Optional<TlsIdentity> identity, Optional<TlsTrust> trust) throws IOException {
    Setup setup = new Setup(identity, trust);
    Optional<SSLContext> cached = cached(setup);
    if (cached.isPresent()) {
      return cached.get();
    }
    SSLContext made = make(setup);
    lock.lock();
    try {
      SSLContext first = contexts.putIfAbsent(setup, made);
      return first == null ? made : first;
    } finally {
      lock.unlock();
    }
  }

  private Optional<SSLContext> cached(Setup setup) {
    lock.lock();
    try {
      return Optional.ofNullable(contexts.get(setup));
    } finally {
      lock.unlock();
    }
  }

  private SSLContext make(Setup setup) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS", provider);
      KeyManager[] keys =
          setup.identity().isPresent() ? keyManagers(setup.identity().get()) : new KeyManager[0];
      TrustManager[] trust =
          setup.trust().isPresent() ? trustManagers(setup.trust().get()) : new TrustManager[0];
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw setupFailure(e);
    }
  }

  /** Returns the managers of this key. Those of the JDK do not decrypt the key at each use. */
  KeyManager[] keyManagers(TlsIdentity identity) throws GeneralSecurityException, IOException {
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX", provider);
    KeyStore store = keys.isPresent() ? keyStore(identity, keys.get()) : identity.keyStore();
    factory.init(store, identity.password());
    KeyManager[] managers = factory.getKeyManagers();
    if (!provider.getName().equals(JSSE)) {
      return managers;
    }
    // The key from the store has a class of the JDK, whatever library created the original.
    PrivateKey key = (PrivateKey) store.getKey(TlsIdentity.ALIAS, identity.password());
    return Arrays.stream(managers)
        .map(each -> withCachedKey(each, key, identity.chain()))
        .toArray(KeyManager[]::new);
  }

  private static KeyManager withCachedKey(
      KeyManager manager, PrivateKey key, List<X509Certificate> chain) {
    return manager instanceof X509ExtendedKeyManager delegate
        ? new CachedKeyManager(delegate, key, chain)
        : manager;
  }

  /** Returns a key store of another provider, with a key and certificates of its classes. */
  private static KeyStore keyStore(TlsIdentity identity, Provider keys)
      throws GeneralSecurityException, IOException {
    PrivateKey key = identity.privateKey();
    CertificateFactory certificates = CertificateFactory.getInstance("X.509", keys);
    List<Certificate> chain = new ArrayList<>();
    for (Certificate each : identity.chain()) {
      chain.add(certificates.generateCertificate(new ByteArrayInputStream(each.getEncoded())));
    }
    KeyStore store = KeyStore.getInstance("PKCS12", keys);
    store.load(null, null);
    store.setKeyEntry(
        TlsIdentity.ALIAS,
        KeyFactory.getInstance(key.getAlgorithm(), keys)
            .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded())),
        identity.password(),
        chain.toArray(Certificate[]::new));
    return store;
  }

  /** Returns a new trust manager for this trust. */
  X509TrustManager trustManager(TlsTrust trust) throws IOException {
    try {
      for (TrustManager manager : trustManagers(trust)) {
        if (manager instanceof X509TrustManager delegate) {
          return delegate;
        }
      }
    } catch (GeneralSecurityException e) {
      throw setupFailure(e);
    }
    throw new SSLException("the TLS provider \"%s\" has no trust manager".formatted(name));
  }

  private SSLException setupFailure(GeneralSecurityException e) {
    return new SSLException(
        "the TLS provider \"%s\" cannot be set up: %s".formatted(name, e.getMessage()), e);
  }

  private TrustManager[] trustManagers(TlsTrust trust)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX", provider);
    Optional<KeyStore> store = trust.keyStore();
    factory.init(store.orElse(null));
    return Arrays.stream(factory.getTrustManagers())
        .map(manager -> explaining(manager, trust))
        .toArray(TrustManager[]::new);
  }

  private static TrustManager explaining(TrustManager manager, TlsTrust trust) {
    return manager instanceof X509ExtendedTrustManager delegate
        ? new ExplainingTrustManager(delegate, trust)
        : manager;
  }

  /** Returns {@link #name}. */
  @Override
  public String toString() {
    return name;
  }
}
