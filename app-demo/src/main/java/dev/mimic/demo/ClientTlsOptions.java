package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a client that may speak TLS. */
final class ClientTlsOptions {
  @Option(
      names = "--trust",
      paramLabel = "PEM",
      description = "Whom to trust, in place of the platform's authorities.")
  private @Nullable Path trust;

  @ArgGroup(exclusive = false)
  private @Nullable IdentityOptions identity;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Returns what they say of this address, to be put before what the deployment says. */
  Context context(String address, MimicResolver resolver) throws IOException {
    if (command != null && (trust != null || identity != null)) {
      ClearAddress.refuse("--trust, --cert and --key", address, resolver, command);
    }
    Context context = Context.empty();
    if (trust != null) {
      context = context.with(Tls.TRUST, TlsTrust.ofPem(trust));
    }
    return identity == null ? context : context.with(Tls.IDENTITY, identity.identity());
  }
}
