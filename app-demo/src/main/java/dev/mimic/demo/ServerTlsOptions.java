package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The TLS options of a server. */
final class ServerTlsOptions {
  @ArgGroup(exclusive = false)
  private @Nullable IdentityOptions identity;

  @Option(
      names = "--client-ca",
      paramLabel = "PEM",
      description = "Serve only clients with a certificate from one of these authorities.")
  private @Nullable Path clientAuthorities;

  /** Returns the values for this address, which take precedence over the deployment's. */
  Context context(String address, MimicResolver resolver) throws IOException {
    if (identity != null || clientAuthorities != null) {
      AddressArgument.refuseTlsOptions("--cert, --key and --client-ca", address, resolver);
    }
    if (identity == null && AddressArgument.isServedByTls(address, resolver)) {
      throw new WrongUsageException(
          "a server of TLS needs a certificate and its key: give --cert and --key");
    }
    Context context =
        identity == null
            ? Context.empty()
            : Context.empty().with(Tls.IDENTITY, identity.identity());
    return clientAuthorities == null
        ? context
        : context.with(Tls.CLIENT_TRUST, TlsTrust.ofPem(clientAuthorities));
  }
}
