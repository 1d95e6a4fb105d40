package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Writes PEM files. */
final class PemWriter {
  private PemWriter() {}

  static String encode(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        text.append(encode("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate has no encoding", e);
      }
    }
    return text.toString();
  }

  /** Returns a block, in lines of 64 characters. */
  static String encode(String label, byte[] content) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, base64);
  }

  static String encode(PrivateKey key, PublicKey publicKey) {
    PrivateKeyInfo encoded = PrivateKeyInfo.getInstance(key.getEncoded());
    try {
      if (key instanceof ECKey) {
        encoded = withPublicKey(encoded, SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()));
      }
      return encode("PRIVATE KEY", encoded.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a private key has no encoding", e);
    }
  }

  /** The JDK leaves out what RFC 5915, section 3, wants there, and GnuTLS needs. */
  private static PrivateKeyInfo withPublicKey(PrivateKeyInfo encoded, SubjectPublicKeyInfo key)
      throws IOException {
    ECPrivateKey secret = ECPrivateKey.getInstance(encoded.parsePrivateKey());
    return new PrivateKeyInfo(
        encoded.getPrivateKeyAlgorithm(),
        new ECPrivateKey(secret.getPrivateKey(), null, key.getPublicKeyData()));
  }

  static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, US_ASCII);
  }

  /** Writes what nobody but the owner may read, not even for a moment. */
  static void writePrivate(Path file, String text) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    Path written = Files.createTempFile(folder, ".key", null, permissions(folder));
    try {
      Files.writeString(written, text, US_ASCII);
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private static FileAttribute<?>[] permissions(Path folder) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
