package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;

/** Tells what a file is that is not PEM, and how it becomes PEM. */
final class NotPem {
  private static final int JKS = 0xFEEDFEED;
  private static final int JCEKS = 0xCECECECE;

  private NotPem() {}

  /** Returns the rest of a sentence that begins with the file. */
  static String describe(String file, byte[] content) {
    String start = new String(content, 0, Math.min(content.length, 64), ISO_8859_1);
    if (start.isBlank()) {
      return "is empty: a PEM file is expected, which has lines such as -----BEGIN CERTIFICATE-----";
    }
    if (content.length >= 4 && (magic(content) == JKS || magic(content) == JCEKS)) {
      return "looks like a Java key store, not PEM: convert it with: keytool -importkeystore"
          + " -srckeystore %1$s -destkeystore %1$s.p12 -deststoretype pkcs12".formatted(file)
          + ", then: openssl pkcs12 -in %1$s.p12 -out %1$s.pem -noenc".formatted(file);
    }
    if (start.startsWith("PuTTY-User-Key-File")) {
      return "looks like a key of PuTTY, not PEM: export it with PuTTYgen";
    }
    if (start.startsWith("ssh-") || start.startsWith("ecdsa-")) {
      return "looks like a public key of SSH, not PEM: TLS has no use for it";
    }
    return content[0] == 0x30 ? describeDer(file, content) : noBlock();
  }

  private static String noBlock() {
    return "is not PEM: it has no line such as -----BEGIN CERTIFICATE-----";
  }

  private static int magic(byte[] content) {
    return content[0] << 24
        | (content[1] & 0xff) << 16
        | (content[2] & 0xff) << 8
        | (content[3] & 0xff);
  }

  private static String describeDer(String file, byte[] content) {
    ASN1Sequence outer;
    try {
      outer = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(content));
      if (outer.size() < 2) {
        return noBlock();
      }
      return describe(file, outer.getObjectAt(0).toASN1Primitive(), outer.getObjectAt(1));
    } catch (Exception e) { // the parser throws what it likes at what is no DER
      return noBlock();
    }
  }

  private static String describe(String file, ASN1Encodable first, ASN1Encodable second) {
    if (first instanceof ASN1ObjectIdentifier) {
      return convert("PKCS #7", "pkcs7 -inform der -print_certs", file);
    }
    if (first instanceof ASN1Integer version) {
      boolean store = version.hasValue(3) && second instanceof ASN1Sequence;
      return store
          ? convert("PKCS #12", "pkcs12 -noenc", file)
          : convert("a private key in DER", "pkey -inform der", file);
    }
    ASN1Encodable inFirst = ASN1Sequence.getInstance(first).getObjectAt(0);
    boolean encryptedKey = inFirst.toASN1Primitive() instanceof ASN1ObjectIdentifier;
    return encryptedKey
        ? convert("an encrypted private key in DER", "pkcs8 -inform der", file)
        : convert("a certificate in DER", "x509 -inform der", file);
  }

  private static String convert(String what, String command, String file) {
    return "looks like %s, not PEM: convert it with: openssl %s -in %s -out %s.pem"
        .formatted(what, command, file, file);
  }
}
