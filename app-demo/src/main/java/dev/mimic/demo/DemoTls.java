package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import java.util.List;
import okhttp3.tls.HeldCertificate;

/**
 * The demo's values for TLS, from an authority of their own.
 *
 * @param server the values of its servers
 * @param client the values of its clients
 * @param authorityPem the certificate of the authority
 */
record DemoTls(Context server, Context client, String authorityPem) {

  static DemoTls create() {
    HeldCertificate authority =
        new HeldCertificate.Builder().commonName("Demo authority").certificateAuthority(0).build();
    HeldCertificate server =
        new HeldCertificate.Builder()
            .commonName("localhost")
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName(GitHost.NAME)
            .addSubjectAlternativeName(MailDemo.HOST)
            .signedBy(authority)
            .build();
    TlsIdentity identity =
        TlsIdentity.of(server.keyPair().getPrivate(), List.of(server.certificate()));
    return new DemoTls(
        Context.empty().with(Tls.IDENTITY, identity),
        Context.empty().with(Tls.TRUST, TlsTrust.of(authority.certificate())),
        authority.certificatePem());
  }
}
