package dev.mimic.ssh;

import static dev.mimic.ssh.PublicKeyBlob.string;
import static dev.mimic.ssh.PublicKeyBlob.text;
import static dev.mimic.ssh.PublicKeyBlob.texts;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A host certificate of OpenSSH (PROTOCOL.certkeys). JSch verifies its signature.
 *
 * @param type 1 for users, 2 for hosts
 * @param id the key ID, which the authority chose
 * @param principals the names of the hosts
 * @param validAfter the start of the validity, in unsigned seconds since 1970
 * @param validBefore the exclusive end of the validity, in unsigned seconds since 1970
 * @param criticalOptions the names of options; a certificate with an unknown one must be refused
 * @param authority the public key of the signer
 */
record HostCertificate(
    int type,
    String id,
    List<String> principals,
    long validAfter,
    long validBefore,
    List<String> criticalOptions,
    ByteBuffer authority) {
  private static final int FOR_HOSTS = 2;

  /** Parses and consumes the fields after the key. */
  static HostCertificate parse(ByteBuffer from) {
    long unusedSerial = from.getLong();
    int type = from.getInt();
    String id = text(string(from));
    List<String> principals = texts(string(from));
    long validAfter = from.getLong();
    long validBefore = from.getLong();
    List<String> criticalOptions = names(string(from));
    ByteBuffer unusedExtensions = string(from);
    ByteBuffer unusedReserved = string(from);
    ByteBuffer authority = string(from);
    ByteBuffer unusedSignature = string(from);
    return new HostCertificate(
        type, id, principals, validAfter, validBefore, criticalOptions, authority);
  }

  private static List<String> names(ByteBuffer options) {
    List<String> names = new ArrayList<>();
    while (options.hasRemaining()) {
      names.add(text(string(options)));
      ByteBuffer unusedValue = string(options);
    }
    return names;
  }

  /** Returns the reason why the certificate is invalid for the host, such as {@code expired at}. */
  Optional<String> fault(String host, Instant now) {
    long seconds = now.getEpochSecond();
    if (type != FOR_HOSTS) {
      return Optional.of("is for users, not for hosts");
    }
    if (Long.compareUnsigned(seconds, validAfter) < 0) {
      return Optional.of("is not valid before " + shown(validAfter));
    }
    if (Long.compareUnsigned(seconds, validBefore) >= 0) {
      return Optional.of("expired at " + shown(validBefore));
    }
    if (!principals.contains(host.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          principals.isEmpty()
              ? "names no host"
              : "is for %s, not for %s".formatted(String.join(", ", principals), host));
    }
    return criticalOptions.isEmpty()
        ? Optional.empty()
        : Optional.of("has unknown critical options: " + String.join(", ", criticalOptions));
  }

  private static String shown(long seconds) {
    return seconds < 0 || seconds > Instant.MAX.getEpochSecond()
        ? "the end of time"
        : Instant.ofEpochSecond(seconds).toString();
  }
}
