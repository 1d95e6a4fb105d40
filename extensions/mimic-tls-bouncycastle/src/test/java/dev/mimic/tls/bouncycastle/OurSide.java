package dev.mimic.tls.bouncycastle;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.tls.LocalAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsVersion;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Our side of a connection, and the files by which the other side trusts it. */
final class OurSide {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final MimicResolver resolver;
  private final LocalAuthority authority = LocalAuthority.create();

  OurSide(Implementation implementation, Path folder) throws IOException {
    this.folder = folder;
    this.resolver =
        Guice.createInjector(new UnixLikeModule(), implementation.module())
            .getInstance(MimicResolver.class);
    authority.writePem(folder.resolve("ca.pem"));
    writeIdentity("server", authority.identity("localhost", "127.0.0.1"));
    writeIdentity("client", authority.request().commonName("a client").issue());
  }

  LocalAuthority authority() {
    return authority;
  }

  /** Writes the files that {@link #file} then names: {@code name.pem} and {@code name.key}. */
  void writeIdentity(String name, TlsIdentity identity) throws IOException {
    identity.writePem(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
  }

  /** Returns the path of {@code ca.pem}, or of one that was written by {@link #writeIdentity}. */
  String file(String name) {
    return folder.resolve(name).toString();
  }

  static Context only(TlsVersion version) {
    return Context.empty().with(Tls.VERSIONS, Set.of(version));
  }

  Flow connect(int port, Context how) throws IOException {
    return resolver.resolve(
        "tls://localhost:" + port,
        Context.empty().with(Tls.TRUST, authority.trust()).merge(how),
        LIMIT);
  }

  /** Serves on a port of 127.0.0.1. */
  FlowServer serve(Context how, FlowServer.Handler handler) throws IOException {
    Context server =
        Context.empty().with(Tls.IDENTITY, authority.identity("localhost", "127.0.0.1")).merge(how);
    return FlowServer.serve(resolver.listen("tls://127.0.0.1:0", server), handler);
  }
}
