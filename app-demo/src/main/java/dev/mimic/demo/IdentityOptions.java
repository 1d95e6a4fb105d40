package dev.mimic.demo;

import dev.mimic.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The certificate and key of a TLS server. Neither is given without the other. */
final class IdentityOptions {
  @Option(
      names = "--cert",
      required = true,
      paramLabel = "PEM",
      description = "The server certificate, followed by those between it and its authority.")
  private Path certificate = Path.of("");

  @Option(
      names = "--key",
      required = true,
      paramLabel = "PEM",
      description = "The private key of --cert.")
  private Path key = Path.of("");

  TlsIdentity identity() throws IOException {
    return TlsIdentity.ofPem(certificate, key);
  }
}
