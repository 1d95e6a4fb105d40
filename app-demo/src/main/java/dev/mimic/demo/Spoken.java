package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.git.GitModule;
import dev.mimic.http.HttpModule;
import dev.mimic.mail.MailModule;
import dev.mimic.ssh.SshModule;

/** What this program speaks, on every target. */
final class Spoken {
  private Spoken() {}

  /** Returns the modules of a deployment to this target, with this provider of TLS. */
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
