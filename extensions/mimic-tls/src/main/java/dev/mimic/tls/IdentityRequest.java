package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * What a {@link LocalAuthority} is asked to issue. Without a wish it is what {@link
 * LocalAuthority#identity} makes. Used by one thread, for one identity or several.
 */
public final class IdentityRequest {
  private final LocalAuthority authority;
  private final List<String> hosts;
  private Optional<String> commonName;
  private Optional<CertificateMaker.Validity> validity = Optional.empty();
  private TlsKeyType keyType = TlsKeyType.P_256;
  private boolean selfSigned;
  private List<KeyPurposeId> purposes =
      List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);

  IdentityRequest(LocalAuthority authority, List<String> hosts) {
    this.authority = authority;
    this.hosts = hosts;
    this.commonName = hosts.stream().findFirst();
    AlternativeNames.of(hosts); // a mistake is shown where it was made
  }

  /** Sets the common name of the subject, in place of the first host. */
  public IdentityRequest commonName(String name) {
    commonName = Optional.of(name);
    return this;
  }

  /**
   * Sets from when to when the certificate is valid, to the second. Both may be past, or to come.
   *
   * @throws IllegalArgumentException if it would end before it begins
   */
  public IdentityRequest validity(Instant notBefore, Instant notAfter) {
    validity = Optional.of(new CertificateMaker.Validity(notBefore, notAfter));
    return this;
  }

  /** Sets the kind of its key. */
  public IdentityRequest keyType(TlsKeyType type) {
    keyType = requireNonNull(type, "type");
    return this;
  }

  /** Makes it for clients alone: servers may not use it. */
  public IdentityRequest forClients() {
    purposes = List.of(KeyPurposeId.id_kp_clientAuth);
    return this;
  }

  /** Makes it for servers alone: clients may not use it. */
  public IdentityRequest forServers() {
    purposes = List.of(KeyPurposeId.id_kp_serverAuth);
    return this;
  }

  /** Lets its own key sign it: then the authority has no part in it. */
  public IdentityRequest selfSigned() {
    selfSigned = true;
    return this;
  }

  /**
   * Issues it, with a new key and a new serial number each time.
   *
   * @throws IllegalArgumentException if it has neither a host nor a common name
   */
  public TlsIdentity issue() {
    KeyPair keys = keyType.generate();
    CertificateMaker maker = new CertificateMaker(name(), keys.getPublic());
    validity.ifPresent(maker::validity);
    maker.forPeers(purposes, AlternativeNames.of(hosts));
    if (selfSigned) {
      return TlsIdentity.of(keys.getPrivate(), List.of(maker.selfSigned(keys.getPrivate())));
    }
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(maker.signedBy(authority.certificate(), authority.keys().getPrivate()));
    chain.addAll(authority.sentChain());
    return TlsIdentity.of(keys.getPrivate(), chain);
  }

  private String name() {
    return commonName.orElseThrow(
        () -> new IllegalArgumentException("an identity without hosts needs a commonName"));
  }
}
