package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshKey;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshProtocol;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that connects: trust, identity, proxies and the time limit. */
final class ClientOptions {
  @Option(
      names = "--ca-cert",
      paramLabel = "PEM",
      description = "The authorities to trust for TLS. Defaults to the platform's.")
  private @Nullable Path authorities;

  @Option(
      names = "--cert",
      paramLabel = "PEM",
      description =
          "The client certificate for TLS, followed by those between it and its authority.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The private key: with --cert for TLS, otherwise for SSH, where it replaces the user's"
              + " keys and agent.")
  private @Nullable Path key;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "The file whose first line is the passphrase of --key for SSH.")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--known-hosts",
      paramLabel = "FILE",
      description = "The keys of SSH servers. Defaults to ~/.ssh/known_hosts.")
  private @Nullable Path knownHosts;

  @Option(
      names = "--proxy",
      paramLabel = "HOP",
      description =
          "Connect through a proxy or a jump host. Can be given again: the hops are passed in the"
              + " order given. HOP is one of "
              + Hops.FORMS
              + ".")
  private List<String> proxies = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "The time limit for connecting. Defaults to 30.")
  private @Nullable Double timeout;

  /** Returns the time limit for connecting. */
  Duration timeout(MimicResolver resolver) {
    return givenTimeout().orElseGet(resolver::timeout);
  }

  /** Returns the time limit that the user gave, or empty. */
  Optional<Duration> givenTimeout() {
    return Optional.ofNullable(timeout).map(given -> seconds("--timeout", given));
  }

  /** Returns the duration that an option gives in seconds. */
  static Duration seconds(String option, double given) {
    if (!(given > 0 && given <= Integer.MAX_VALUE)) {
      throw new WrongUsageException("%s (%s) must be positive".formatted(option, given));
    }
    return Duration.ofNanos((long) (given * 1e9));
  }

  /** Returns the values for this address, which take precedence over the deployment's. */
  Context context(String address, MimicResolver resolver) throws IOException {
    if (authorities != null || certificate != null) {
      AddressArgument.refuseTlsOptions("--ca-cert, --cert and --key", address, resolver);
    }
    if (certificate != null && key == null) {
      throw new WrongUsageException("--cert needs --key");
    }
    if (key != null && certificate == null && speaksNoSsh(address, resolver)) {
      throw new WrongUsageException(
          "--key needs --cert, unless the address or a --proxy is of SSH");
    }
    if (passphraseFile != null && key == null) {
      throw new WrongUsageException("--passphrase-file needs --key");
    }
    return withHops(withSsh(withTls(Context.empty())));
  }

  private boolean speaksNoSsh(String address, MimicResolver resolver) {
    return proxies.stream().noneMatch(Hops::isSsh)
        && AddressArgument.isCarriedOtherwise(address, SshProtocol.ENDPOINT, resolver);
  }

  private Context withTls(Context context) throws IOException {
    Context more = context;
    if (authorities != null) {
      more = more.with(Tls.TRUST, TlsTrust.ofPem(authorities));
    }
    return certificate == null || key == null
        ? more
        : more.with(Tls.IDENTITY, TlsIdentity.ofPem(certificate, key));
  }

  private Context withSsh(Context context) throws IOException {
    Context more = context;
    if (knownHosts != null) {
      more = more.with(Ssh.KNOWN_HOSTS, SshKnownHosts.ofFile(knownHosts));
    }
    return key == null || certificate != null ? more : more.with(Ssh.KEYS, List.of(sshKey(key)));
  }

  private Context withHops(Context context) throws IOException {
    if (proxies.isEmpty()) {
      return context;
    }
    SshClient ssh = sshClient();
    List<Network.Hop> hops = new ArrayList<>();
    for (String each : proxies) {
      try {
        hops.add(Hops.parse(each, ssh));
      } catch (IllegalArgumentException e) {
        throw new WrongUsageException("--proxy: " + e.getMessage());
      }
    }
    return context.with(Network.HOPS, hops);
  }

  /** Returns the client for jump hosts: as for any SSH server, but without a password. */
  private SshClient sshClient() throws IOException {
    SshClient.Builder client = SshClient.builder();
    if (knownHosts != null) {
      client.knownHosts(SshKnownHosts.ofFile(knownHosts));
    }
    if (key != null && certificate == null) {
      client.keys(List.of(sshKey(key)));
    }
    return client.build();
  }

  private SshKey sshKey(Path file) throws IOException {
    return passphraseFile == null
        ? SshKey.ofFile(file)
        : SshKey.ofFile(file, InputFile.firstLine(passphraseFile));
  }
}
