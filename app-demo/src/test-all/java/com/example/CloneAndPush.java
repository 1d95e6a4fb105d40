package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.git.GitClient;
import dev.mimic.git.GitModule;
import dev.mimic.guice.Deployment;
import dev.mimic.http.HttpModule;
import dev.mimic.ssh.SshModule;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;

/** Clones a repository from an address of any kind, and pushes a commit. */
final class CloneAndPush {
  private CloneAndPush() {}

  public static void main(String[] args) throws Exception {
    MimicResolver resolver =
        Deployment.of(
                "git",
                new UnixLikeModule(),
                new TlsModule(),
                new SshModule(),
                new HttpModule(),
                new GitModule())
            .resolver();
    GitClient client = GitClient.of(resolver);
    Path folder = Path.of(args[1]);

    try (Git git = client.clone(args[0], folder)) { // git@host:path, https://, git://, a folder
      Files.writeString(folder.resolve("seen"), "by mimic\n", UTF_8);
      git.add().addFilepattern("seen").call();
      git.commit().setMessage("Add a note").call();
      client.push(git.getRepository());
    }
  }
}
