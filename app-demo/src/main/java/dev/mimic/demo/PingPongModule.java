package dev.mimic.demo;

import dev.mimic.NetworkProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/** What the application itself contributes: the scheme {@code ping}, over the plain network. */
final class PingPongModule extends MimicModule {
  private static final int DEFAULT_PORT = 4000;

  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("ping", NetworkProtocol.ENDPOINT)
            .withDefaultPort(DEFAULT_PORT)
            .listeningBy(NetworkProtocol.ENDPOINT));
  }
}
