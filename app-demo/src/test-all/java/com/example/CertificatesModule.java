package com.example;

import dev.mimic.guice.MimicModule;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import java.util.List;

/** Contributes the certificate of a server and the trust of a client. */
final class CertificatesModule extends MimicModule {
  private final TlsIdentity identity;
  private final TlsTrust trust;

  CertificatesModule(TlsIdentity identity, TlsTrust trust) {
    super(List.of(identity, trust));
    this.identity = identity;
    this.trust = trust;
  }

  @Override
  protected void contribute() {
    bindValue(Tls.IDENTITY, identity);
    bindValue(Tls.TRUST, trust);
  }
}
