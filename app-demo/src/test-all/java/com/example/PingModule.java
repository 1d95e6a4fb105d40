package com.example;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/** Contributes the scheme "ping", which is carried as "tcp" is. */
final class PingModule extends MimicModule {
  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("ping", PlainProtocol.ENDPOINT)
            .withDefaultPort(4000)
            .listeningBy(PlainProtocol.LISTEN));
  }
}
