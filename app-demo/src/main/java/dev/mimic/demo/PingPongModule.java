package dev.mimic.demo;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/** The module of the application: the scheme {@code ping}, over the plain network. */
final class PingPongModule extends MimicModule {
  private static final int DEFAULT_PORT = 4000;

  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("ping", PlainProtocol.ENDPOINT)
            .withDefaultPort(DEFAULT_PORT)
            .listeningBy(PlainProtocol.LISTEN));
  }
}
