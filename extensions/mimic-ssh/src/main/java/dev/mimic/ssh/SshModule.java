package dev.mimic.ssh;

import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * A module for SSH over the deployment's network. It binds the scheme {@code ssh}, which scp-like
 * addresses use too, and the derivation of {@link Ssh#CLIENT}.
 */
public final class SshModule extends MimicModule {

  /** Creates the module. */
  public SshModule() {
    super(List.of());
  }

  @Override
  protected void contribute() {
    bindProtocol(new SshProtocol());
    bindScheme(Scheme.of("ssh", SshProtocol.ENDPOINT).withDefaultPort(SshProtocol.PORT));
    bindDerivation(Ssh.client());
    bindDerivation(SshProtocol.derivation());
  }
}
