package dev.mimic.ssh.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Public keys in OpenSSH's format: the key type, and the bytes (RFC 4253, section 6.6) as Base64.
 */
final class PublicKeys {
  private PublicKeys() {}

  /** Returns the type and the bytes of a key. */
  static String line(PublicKey key) {
    Buffer bytes = new ByteArrayBuffer();
    bytes.putRawPublicKey(key);
    return KeyUtils.getKeyType(key)
        + " "
        + Base64.getEncoder().encodeToString(bytes.getCompactData());
  }

  /** Returns the type and the bytes of a line, without the comment after them. */
  static String line(String text) {
    List<String> words = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings().splitToList(text);
    if (words.size() < 2 || !isOf(words.get(0), words.get(1))) {
      // The text can be a private key, so the message does not quote it.
      throw new IllegalArgumentException(
          "not a public key in OpenSSH's format, such as \"ssh-ed25519 AAAA...\": give the"
              + " line of a file that ends in .pub");
    }
    return words.get(0) + " " + words.get(1);
  }

  /** Returns whether the bytes begin with the name of their type. */
  private static boolean isOf(String kind, String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return new ByteArrayBuffer(bytes).getString(US_ASCII).equals(kind);
    } catch (RuntimeException e) { // thrown for too few bytes and for invalid Base64
      return false;
    }
  }
}
