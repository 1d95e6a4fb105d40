package dev.mimic.demo;

import static dev.mimic.Derivation.required;

import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.MimicResolver;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of a server that may speak TLS. */
final class ServerTlsOptions {
  // Asked only where TLS is spoken; here it is known which options are missing.
  private static final Derivation<TlsIdentity> NO_IDENTITY =
      Derivation.of(
          Tls.IDENTITY,
          required(Tls.PROVIDER),
          provider -> {
            throw new IllegalArgumentException(
                "a server of TLS needs a certificate and its key: give --cert and --key");
          });

  @ArgGroup(exclusive = false)
  private @Nullable IdentityOptions identity;

  @Option(
      names = "--client-ca",
      paramLabel = "PEM",
      description = "Serve only clients that show a certificate of one of these authorities.")
  private @Nullable Path clientAuthorities;

  /** Returns what they say of this address, to be put before what the deployment says. */
  Context context(String address, MimicResolver resolver) throws IOException {
    if (identity != null || clientAuthorities != null) {
      ClearAddress.refuse("--cert, --key and --client-ca", address, resolver);
    }
    Context context =
        identity == null
            ? Context.empty().with(NO_IDENTITY)
            : Context.empty().with(Tls.IDENTITY, identity.identity());
    return clientAuthorities == null
        ? context
        : context.with(Tls.CLIENT_TRUST, TlsTrust.ofPem(clientAuthorities));
  }
}
