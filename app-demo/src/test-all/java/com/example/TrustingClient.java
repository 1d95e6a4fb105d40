package com.example;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.time.Duration;

/** Connects with trust in one authority, and within three seconds or not at all. */
final class TrustingClient {
  private TrustingClient() {}

  static Flow connect(MimicResolver resolver, String address, TlsTrust trust) throws IOException {
    return resolver.with(Tls.TRUST, trust).withTimeout(Duration.ofSeconds(3)).resolve(address);
  }
}
