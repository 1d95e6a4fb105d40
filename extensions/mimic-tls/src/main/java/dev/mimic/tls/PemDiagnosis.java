package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A description of a file that is not PEM: its probable format, and the command to convert it. */
final class PemDiagnosis {
  private static final int SHOWN_BYTES = 64;

  // The first bytes of formats in DER and BER, as hexadecimal digits.
  private static final String SEQUENCE = "30(?:[0-7].|80|81..|82.{4}|83.{6}|84.{8})";
  private static final Pattern PKCS_7 = Pattern.compile(SEQUENCE + "06.*");
  private static final Pattern PKCS_12 = Pattern.compile(SEQUENCE + "020103" + SEQUENCE + ".*");
  private static final Pattern KEY = Pattern.compile(SEQUENCE + "02010[01].*");
  private static final Pattern ENCRYPTED_KEY = Pattern.compile(SEQUENCE + SEQUENCE + "06.*");
  private static final Pattern CERTIFICATE = Pattern.compile(SEQUENCE + SEQUENCE + "(?:a0|02).*");
  private static final Pattern JAVA_KEY_STORE = Pattern.compile("(?:feedfeed|cececece).*");

  private PemDiagnosis() {}

  /** Returns the predicate of a sentence whose subject is the file. */
  static String describe(String file, byte[] content) {
    byte[] firstBytes = Arrays.copyOf(content, Math.min(content.length, SHOWN_BYTES));
    String start = new String(firstBytes, ISO_8859_1);
    if (start.isBlank()) {
      return "is empty: a PEM file is expected, which has lines such as -----BEGIN CERTIFICATE-----";
    }
    if (start.startsWith("PuTTY-User-Key-File")) {
      return "looks like a key of PuTTY, not PEM: export it with PuTTYgen";
    }
    if (start.startsWith("ssh-") || start.startsWith("ecdsa-")) {
      return "looks like a public key of SSH, not PEM: TLS has no use for it";
    }
    return describeHex(file, HexFormat.of().formatHex(firstBytes));
  }

  private static String describeHex(String file, String start) {
    if (JAVA_KEY_STORE.matcher(start).matches()) {
      return "looks like a Java key store, not PEM: convert it with: keytool -importkeystore"
          + " -srckeystore %1$s -destkeystore %1$s.p12 -deststoretype pkcs12".formatted(file)
          + ", then: openssl pkcs12 -in %1$s.p12 -out %1$s.pem -noenc".formatted(file);
    }
    if (PKCS_7.matcher(start).matches()) {
      return convert("PKCS #7", "pkcs7 -inform der -print_certs", file);
    }
    if (PKCS_12.matcher(start).matches()) {
      return convert("PKCS #12", "pkcs12 -noenc", file);
    }
    if (KEY.matcher(start).matches()) {
      return convert("a private key in DER", "pkey -inform der", file);
    }
    if (ENCRYPTED_KEY.matcher(start).matches()) {
      return convert("an encrypted private key in DER", "pkcs8 -inform der", file);
    }
    return CERTIFICATE.matcher(start).matches()
        ? convert("a certificate in DER", "x509 -inform der", file)
        : "is not PEM: it has no line such as -----BEGIN CERTIFICATE-----";
  }

  private static String convert(String what, String command, String file) {
    return "looks like %s, not PEM: convert it with: openssl %s -in %s -out %s.pem"
        .formatted(what, command, file, file);
  }
}
