package dev.mimic.ssh.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.jspecify.annotations.Nullable;

/** The host key of a server: Ed25519, ECDSA or RSA. Immutable; prints no secret. */
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
   * Returns a host key of a key pair of the JDK.
   *
   * @throws IllegalArgumentException if SSH does not support the algorithm
   */
  public static SshHostKey of(KeyPair pair) {
    Ed25519.register();
    String algorithm = requireNonNull(pair, "pair").getPublic().getAlgorithm();
    if (KeyUtils.getKeyType(pair) == null) {
      throw unsupported(algorithm, null);
    }
    try {
      return new SshHostKey(
          algorithm.startsWith("Ed") ? Ed25519.toProviderOfMina(pair) : pair); // EdDSA, or Ed25519
    } catch (GeneralSecurityException e) {
      throw unsupported(algorithm, e);
    }
  }

  private static IllegalArgumentException unsupported(String algorithm, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "SSH does not support keys of %s: use Ed25519, EC or RSA".formatted(algorithm), cause);
  }

  KeyPair pair() {
    return pair;
  }

  /** Returns the public key in OpenSSH's format: {@code ssh-ed25519 AAAA...}. */
  public String publicKey() {
    return PublicKeys.line(pair.getPublic());
  }

  /** Returns the line of {@code known_hosts} for a server with this key, without a line end. */
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
