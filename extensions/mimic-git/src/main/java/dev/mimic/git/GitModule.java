package dev.mimic.git;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * The scheme {@code git}: a plain stream on port 9418, without encryption or authentication. Git
 * over SSH and HTTP uses the schemes of their modules.
 */
public final class GitModule extends MimicModule {
  private static final int PORT = 9418;

  /** Creates the module. */
  public GitModule() {
    super(List.of());
  }

  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("git", PlainProtocol.ENDPOINT)
            .withDefaultPort(PORT)
            .listeningBy(PlainProtocol.LISTEN));
  }
}
