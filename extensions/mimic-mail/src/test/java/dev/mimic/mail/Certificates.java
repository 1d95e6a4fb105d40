package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Context;
import dev.mimic.tls.LocalAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Who servers are, and whom clients trust. */
final class Certificates {
  static final LocalAuthority AUTHORITY = LocalAuthority.create();
  static final Context TRUSTING = Context.empty().with(Tls.TRUST, AUTHORITY.trust());

  private Certificates() {}

  static TlsIdentity good() {
    return AUTHORITY.identity("localhost", "127.0.0.1");
  }

  static TlsIdentity ofAnotherName() {
    return AUTHORITY.identity("other.example");
  }

  static TlsIdentity ofAStranger() {
    return LocalAuthority.create().identity("localhost");
  }

  static TlsIdentity expired() {
    Instant now = Instant.now();
    return AUTHORITY
        .request("localhost")
        .validity(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(2)))
        .issue();
  }

  /** Returns it for servers that speak TLS by the JDK. */
  static SSLContext context(TlsIdentity identity) throws IOException {
    Path folder = Files.createTempDirectory("mimic-mail");
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    try {
      identity.writePem(chain, key);
      String pem = Files.readString(key, US_ASCII).replaceAll("-----[A-Z ]+-----", "");
      PrivateKey privateKey =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server", privateKey, new char[0], identity.chain().toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(key);
      Files.deleteIfExists(chain);
      Files.delete(folder);
    }
  }
}
