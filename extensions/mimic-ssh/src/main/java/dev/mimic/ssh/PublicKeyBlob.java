package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An encoded public key (RFC 4253, section 6.6), or a certificate, which contains a public key.
 *
 * @param type the type of the plain key, such as {@code ssh-ed25519}
 * @param plain the encoded key without a certificate
 * @param certificate the certificate, or empty for a plain key
 */
record PublicKeyBlob(String type, ByteBuffer plain, Optional<HostCertificate> certificate) {
  private static final String CERTIFICATE_SUFFIX = "-cert-v01@openssh.com";
  private static final int ED25519_BYTES = 32;
  private static final int MIN_RSA_BITS = 1024; // as in OpenSSH

  /** Returns the type of the plain keys of a host key algorithm. */
  static String typeOf(String algorithm) {
    String plain =
        isCertificate(algorithm)
            ? algorithm.substring(0, algorithm.length() - CERTIFICATE_SUFFIX.length())
            : algorithm;
    return plain.startsWith("rsa-sha2-") ? "ssh-rsa" : plain;
  }

  static boolean isCertificate(String algorithm) {
    return algorithm.endsWith(CERTIFICATE_SUFFIX);
  }

  /**
   * Parses an encoded key.
   *
   * @throws IOException if the key is malformed or of an unknown type
   */
  static PublicKeyBlob parse(byte[] blob) throws IOException {
    try {
      ByteBuffer from = ByteBuffer.wrap(blob);
      String algorithm = text(string(from));
      String type = typeOf(algorithm);
      if (!isCertificate(algorithm)) {
        ByteBuffer unused = fields(type, from);
        requireEnd(from);
        return new PublicKeyBlob(type, ByteBuffer.wrap(blob), Optional.empty());
      }
      ByteBuffer unused = string(from); // the nonce
      ByteBuffer fields = fields(type, from);
      byte[] name = type.getBytes(UTF_8);
      ByteBuffer plain = ByteBuffer.allocate(Integer.BYTES + name.length + fields.remaining());
      plain.putInt(name.length).put(name).put(fields).flip();
      HostCertificate certificate = HostCertificate.parse(from);
      requireEnd(from);
      return new PublicKeyBlob(type, plain, Optional.of(certificate));
    } catch (BufferUnderflowException e) {
      throw new IOException("the key is truncated", e);
    }
  }

  private static void requireEnd(ByteBuffer from) throws IOException {
    if (from.hasRemaining()) {
      throw new IOException("there are more bytes after the key");
    }
  }

  /** Consumes, checks and returns the fields of a plain key. */
  private static ByteBuffer fields(String type, ByteBuffer from) throws IOException {
    int begin = from.position();
    boolean wellFormed =
        switch (type) {
          case "ssh-ed25519" -> string(from).remaining() == ED25519_BYTES;
          case "sk-ssh-ed25519@openssh.com" ->
              string(from).remaining() == ED25519_BYTES && string(from).hasRemaining();
          case "ssh-rsa" -> string(from).hasRemaining() && bits(string(from)) >= MIN_RSA_BITS;
          case "ssh-dss" -> strings(4, from);
          case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" ->
              isPoint(type, from);
          case "sk-ecdsa-sha2-nistp256@openssh.com" ->
              isPoint("ecdsa-sha2-nistp256", from) && string(from).hasRemaining();
          default -> throw new IOException("the key type \"%s\" is unknown".formatted(type));
        };
    if (!wellFormed) {
      throw new IOException("the key is not a valid key of type " + type);
    }
    return from.duplicate().flip().position(begin);
  }

  private static boolean strings(int count, ByteBuffer from) {
    for (int i = 0; i < count; i++) {
      ByteBuffer unused = string(from);
    }
    return true;
  }

  private static int bits(ByteBuffer number) {
    byte[] bytes = new byte[number.remaining()];
    number.get(bytes);
    return bytes.length == 0 ? 0 : new BigInteger(bytes).bitLength();
  }

  /** Consumes a curve and a point. Returns whether they are that of the type, and uncompressed. */
  private static boolean isPoint(String type, ByteBuffer from) {
    String curve = text(string(from));
    ByteBuffer point = string(from);
    int coordinate =
        switch (curve) {
          case "nistp256" -> 32;
          case "nistp384" -> 48;
          default -> 66;
        };
    return type.equals("ecdsa-sha2-" + curve)
        && point.remaining() == 1 + 2 * coordinate
        && point.get() == 4;
  }

  /** Consumes a string: a length and that number of bytes (RFC 4251, section 5). */
  static ByteBuffer string(ByteBuffer from) {
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer string = from.slice(from.position(), length);
    from.position(from.position() + length);
    return string;
  }

  static List<String> texts(ByteBuffer from) {
    List<String> texts = new ArrayList<>();
    while (from.hasRemaining()) {
      texts.add(text(string(from)));
    }
    return texts;
  }

  static String text(ByteBuffer string) {
    return UTF_8.decode(string).toString();
  }
}
