package dev.mimic.ssh.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.jspecify.annotations.Nullable;

/** The key by which a server is known: Ed25519, ECDSA or RSA. Immutable; prints no secret. */
public final class SshHostKey {
  private final KeyPair pair;

  private SshHostKey(KeyPair pair) {
    this.pair = pair;
  }

  /** Returns a new Ed25519 key. */
  public static SshHostKey generate() {
    try {
      return of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no Ed25519", e);
    }
  }

  /**
   * Returns the key that a pair of the JDK is.
   *
   * @throws IllegalArgumentException if it is of no kind that SSH knows
   */
  public static SshHostKey of(KeyPair pair) {
    Ed25519.register();
    String algorithm = requireNonNull(pair, "pair").getPublic().getAlgorithm();
    if (KeyUtils.getKeyType(pair) == null) {
      throw noKey(algorithm, null);
    }
    try {
      return new SshHostKey(
          algorithm.startsWith("Ed") ? Ed25519.ofTheLibrary(pair) : pair); // EdDSA, or Ed25519
    } catch (GeneralSecurityException e) {
      throw noKey(algorithm, e);
    }
  }

  private static IllegalArgumentException noKey(String algorithm, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "a key of %s is none for SSH: take Ed25519, EC or RSA".formatted(algorithm), cause);
  }

  KeyPair pair() {
    return pair;
  }

  /** Returns the public key as OpenSSH writes it: {@code ssh-ed25519 AAAA...}. */
  public String publicKey() {
    return PublicKeys.line(pair.getPublic());
  }

  /** Returns the line of {@code known_hosts} that knows a server by this key, without its end. */
  public String knownHost(HostPort at) {
    String name = at.port() == 22 ? at.host() : "[%s]:%d".formatted(at.host(), at.port());
    return name + " " + publicKey();
  }

  /** Returns {@link #publicKey}. */
  @Override
  public String toString() {
    return publicKey();
  }
}
