package dev.mimic.tls;

import static com.google.common.truth.Truth.assertWithMessage;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A client and a server engine of the JDK that perform a handshake in one thread. */
final class EnginePair {
  private final SSLEngine client;
  private final SSLEngine server;
  private final ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
  private final ByteBuffer toClient = ByteBuffer.allocate(1 << 17);

  private EnginePair(SSLEngine client, SSLEngine server) {
    this.client = client;
    this.server = server;
  }

  /** Returns the reason why the client refuses the server for {@code host}, if it does. */
  static Optional<String> refusalOfServer(TlsTrust trust, TlsIdentity server, String host)
      throws GeneralSecurityException {
    return refusal(
        engine(context(null, trust), host, true), engine(context(server, trust), host, false));
  }

  /** Returns the reason why the server refuses the client, if it does. */
  static Optional<String> refusalOfClient(TlsTrust trust, TlsIdentity client, TlsIdentity server)
      throws GeneralSecurityException {
    TlsTrust clientTrust = TlsTrust.of(server.chain());
    SSLEngine serverEngine = engine(context(server, trust), "localhost", false);
    serverEngine.setNeedClientAuth(true);
    return refusal(engine(context(client, clientTrust), "localhost", true), serverEngine);
  }

  private static Optional<String> refusal(SSLEngine client, SSLEngine server) {
    try {
      new EnginePair(client, server).performHandshake();
      return Optional.empty();
    } catch (SSLException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof RefusedCertificateException) {
          return Optional.of(String.valueOf(t.getMessage()));
        }
      }
      throw new AssertionError("the handshake failed for another reason than a certificate", e);
    }
  }

  private static SSLContext context(@Nullable TlsIdentity identity, TlsTrust trust)
      throws GeneralSecurityException {
    KeyManager[] keys = null;
    if (identity != null) {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(identity.keyStore(), identity.password());
      keys = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        keys, new TrustManager[] {new ExplainingTrustManager(delegate(trust), trust)}, null);
    return context;
  }

  static X509ExtendedTrustManager delegate(TlsTrust trust) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    @Nullable KeyStore store = trust.keyStore().orElse(null);
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  private static SSLEngine engine(SSLContext context, String host, boolean isClient) {
    SSLEngine engine = context.createSSLEngine(host, 443);
    engine.setUseClientMode(isClient);
    return engine;
  }

  private void performHandshake() throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    for (int round = 0; !(isDone(client) && isDone(server)); round++) {
      assertWithMessage("rounds").that(round).isLessThan(1000);
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> engine.getDelegatedTask().run();
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      default -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(1 << 16));
        in.compact();
      }
    }
  }
}
