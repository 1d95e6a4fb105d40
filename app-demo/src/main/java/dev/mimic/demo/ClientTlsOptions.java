package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of a client that may speak TLS. */
final class ClientTlsOptions {
  @Option(
      names = "--trust",
      paramLabel = "PEM",
      description = "Whom to trust, in place of the platform's authorities.")
  private @Nullable Path trust;

  @ArgGroup(exclusive = false)
  private @Nullable IdentityOptions identity;

  /** Returns what they say, to be put before what the deployment says. */
  Context context() throws IOException {
    Context context = Context.empty();
    if (trust != null) {
      context = context.with(Tls.TRUST, TlsTrust.ofPem(trust));
    }
    return identity == null ? context : context.with(Tls.IDENTITY, identity.identity());
  }
}
