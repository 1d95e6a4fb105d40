package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate authority for tests and demos. It lives as long as the object: its key is made
 * anew, is kept nowhere else, and nobody trusts it who is not given its {@link #trust}.
 *
 * <pre>{@code
 * LocalAuthority authority = LocalAuthority.create();
 * TlsIdentity server = authority.identity("localhost", "127.0.0.1", "::1");
 * TlsTrust trust = authority.trust();
 * }</pre>
 *
 * <p>Immutable and thread-safe. What it issues is valid from yesterday, for clocks that differ, and
 * for a year, itself for ten.
 */
public final class LocalAuthority {
  private static final String ROOT_NAME = "Mimic local authority";

  private final KeyPair keys;
  private final List<X509Certificate> chain; // its own first, then its issuer's, the root's last

  private LocalAuthority(KeyPair keys, List<X509Certificate> chain) {
    this.keys = keys;
    this.chain = List.copyOf(chain);
  }

  /** Makes an authority, with a new P-256 key and a certificate that it signed itself. */
  public static LocalAuthority create() {
    KeyPair keys = TlsKeyType.P_256.generate();
    return new LocalAuthority(keys, List.of(CertificateMaker.root(ROOT_NAME, keys)));
  }

  /**
   * Makes an authority that this one vouches for. What it issues carries its certificate, and those
   * of other authorities between it and the root; never the root's.
   *
   * @param name its common name
   */
  public LocalAuthority intermediate(String name) {
    requireNonNull(name, "name");
    KeyPair newKeys = TlsKeyType.P_256.generate();
    List<X509Certificate> newChain = new ArrayList<>();
    newChain.add(CertificateMaker.intermediate(name, newKeys, certificate(), keys.getPrivate()));
    newChain.addAll(chain);
    return new LocalAuthority(newKeys, newChain);
  }

  /** Returns its own certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** Returns trust in the root: in this authority, or the one that began the chain to it. */
  public TlsTrust trust() {
    return TlsTrust.of(chain.get(chain.size() - 1));
  }

  /**
   * Issues an identity for servers and clients, with a new P-256 key.
   *
   * @param hosts DNS names, with or without a {@code *.} in front, and IP addresses; the first is
   *     also the common name
   * @throws IllegalArgumentException if there is none, or one is neither a name nor an address
   */
  public TlsIdentity identity(String... hosts) {
    return request(hosts).issue();
  }

  /**
   * Begins a request for an identity that is unlike those of {@link #identity}: an expired one, for
   * example.
   *
   * @param hosts as for {@link #identity}; without any, the certificate has no alternative names,
   *     and must be given a common name
   * @throws IllegalArgumentException if one is neither a name nor an address
   */
  public IdentityRequest request(String... hosts) {
    return new IdentityRequest(this, List.of(hosts));
  }

  /**
   * Writes its own certificate as a PEM file that other programs read. A file that is there is
   * replaced.
   *
   * @throws IOException if it cannot be written
   */
  public void writePem(Path file) throws IOException {
    PemWriter.write(file, PemWriter.encode(List.of(certificate())));
  }

  KeyPair keys() {
    return keys;
  }

  /** Returns the certificates that a peer does not have: all but the root's. */
  List<X509Certificate> sentChain() {
    return chain.subList(0, chain.size() - 1);
  }

  /** Returns the subject of its certificate. */
  @Override
  public String toString() {
    return Subjects.of(certificate());
  }
}
