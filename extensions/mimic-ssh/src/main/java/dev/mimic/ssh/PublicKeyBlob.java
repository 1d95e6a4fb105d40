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
 * A public key as SSH encodes it (RFC 4253, section 6.6), or a certificate, which contains one.
 *
 * @param type of the plain key, such as {@code ssh-ed25519}
 * @param plain the key without its certificate
 * @param certificate empty if this is a plain key
 */
record PublicKeyBlob(String type, ByteBuffer plain, Optional<HostCertificate> certificate) {
  private static final String CERTIFICATE_SUFFIX = "-cert-v01@openssh.com";
  private static final int ED25519_BYTES = 32;
  private static final int MIN_RSA_BITS = 1024; // as OpenSSH has it

  /** Returns the type of plain key that a host key algorithm is for. */
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
   * Parses the encoded key.
   *
   * @throws IOException if it is damaged, or of a type that is not known here
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
      throw new IOException("the key is cut short", e);
    }
  }

  private static void requireEnd(ByteBuffer from) throws IOException {
    if (from.hasRemaining()) {
      throw new IOException("there is more than a key");
    }
  }

  /** Returns the fields of a plain key, which are checked and consumed. */
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
          default -> throw new IOException("the type of key \"%s\" is not known".formatted(type));
        };
    if (!wellFormed) {
      throw new IOException("that is no key of the type " + type);
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

  /** Returns whether the curve of the type follows, and an uncompressed point. */
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

  /** Consumes a string, which is a number of bytes and so many bytes. */
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
