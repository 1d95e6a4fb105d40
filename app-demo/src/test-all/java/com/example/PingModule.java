package com.example;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

final class PingModule extends MimicModule {
  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("ping", PlainProtocol.ENDPOINT)
            .withDefaultPort(4000)
            .listeningBy(PlainProtocol.LISTEN));
  }
}
