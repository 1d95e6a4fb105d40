package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.git.GitModule;
import dev.mimic.http.HttpModule;
import dev.mimic.mail.MailModule;
import dev.mimic.ssh.SshModule;

/** The modules of the command, for each target. */
final class DemoModules {
  private DemoModules() {}

  /** Returns the modules with these of the target and of the TLS provider. */
  static Module[] on(Module target, Module tls) {
    return new Module[] {
      target,
      tls,
      new SshModule(),
      new HttpModule(),
      new GitModule(),
      new MailModule(),
      new PingPongModule()
    };
  }
}
