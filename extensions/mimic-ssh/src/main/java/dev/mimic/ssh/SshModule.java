package dev.mimic.ssh;

import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;

/**
 * SSH over the deployment's network: the scheme {@code ssh}, which scp-like addresses have too, and
 * the rules that make {@link Ssh#CLIENT}.
 */
public final class SshModule extends MimicModule {

  /** Makes the module. */
  public SshModule() {}

  @Override
  protected void contribute() {
    bindProtocol(new SshProtocol());
    bindScheme(Scheme.of("ssh", SshProtocol.ENDPOINT).withDefaultPort(SshProtocol.PORT));
    bindDerivation(Ssh.client());
    bindDerivation(SshProtocol.derivation());
  }
}
