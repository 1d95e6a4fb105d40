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
 * Public keys as OpenSSH writes them: the kind, and the bytes (RFC 4253, section 6.6) as Base64.
 */
final class PublicKeys {
  private PublicKeys() {}

  /** Returns the kind and the bytes of a key. */
  static String line(PublicKey key) {
    Buffer bytes = new ByteArrayBuffer();
    bytes.putRawPublicKey(key);
    return KeyUtils.getKeyType(key)
        + " "
        + Base64.getEncoder().encodeToString(bytes.getCompactData());
  }

  /** Returns the kind and the bytes of a line, which may have a comment after them. */
  static String line(String text) {
    List<String> words = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings().splitToList(text);
    if (words.size() < 2 || !isOf(words.get(0), words.get(1))) {
      // What it is may be a private key, which is not for messages.
      throw new IllegalArgumentException(
          "not a public key as OpenSSH writes it, such as \"ssh-ed25519 AAAA...\": give the"
              + " line of a file that ends in .pub");
    }
    return words.get(0) + " " + words.get(1);
  }

  /** Returns whether the bytes begin with the name of their kind. */
  private static boolean isOf(String kind, String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return new ByteArrayBuffer(bytes).getString(US_ASCII).equals(kind);
    } catch (RuntimeException e) { // it fails so on bytes that are not enough, and on no Base64
      return false;
    }
  }
}
