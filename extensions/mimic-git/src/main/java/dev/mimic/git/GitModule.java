package dev.mimic.git;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/**
 * The scheme {@code git}: a plain stream on port 9418, which nobody encrypts and nobody
 * authenticates. Git's other addresses are those of SSH and HTTP, and come with their modules.
 */
public final class GitModule extends MimicModule {
  private static final int PORT = 9418;

  /** Makes the module. */
  public GitModule() {}

  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("git", PlainProtocol.ENDPOINT)
            .withDefaultPort(PORT)
            .listeningBy(PlainProtocol.LISTEN));
  }
}
