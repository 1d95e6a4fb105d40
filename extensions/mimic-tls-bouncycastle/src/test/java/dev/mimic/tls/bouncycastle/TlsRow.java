package dev.mimic.tls.bouncycastle;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.guice.Deployment;
import dev.mimic.guice.MimicModule;
import dev.mimic.testkit.FlowListenerContract;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.time.Duration;

/** The contract over TLS flows and listeners of a resolver. */
@NoReset
abstract class TlsRow extends FlowListenerContract {
  static final TestAuthority AUTHORITY = TestAuthority.create();

  private static final Duration ENOUGH = Duration.ofSeconds(20);
  private static final Context SERVER =
      Context.empty()
          .with(Tls.IDENTITY, Certificates.identity(AUTHORITY, "localhost", "127.0.0.1"));
  private static final Context CLIENT =
      Context.empty().with(Tls.TRUST, Certificates.trust(AUTHORITY));

  private final MimicResolver resolver;

  /** Creates the row of a deployment target and a provider of TLS. */
  TlsRow(MimicModule target, MimicModule tls) {
    this.resolver = Deployment.of("row", target, tls).resolver();
  }

  @Override
  protected final FlowListener listen() throws IOException {
    return resolver.with(SERVER).listen("tls://127.0.0.1:0");
  }

  @Override
  protected final Flow connect(String address) throws IOException {
    return resolver.with(CLIENT).withTimeout(ENOUGH).resolve(address);
  }

  @Override
  protected final void completeHandshake(Flow accepted) throws IOException {
    accepted.find(TlsFlow.class).orElseThrow().handshake();
  }

  @Override
  protected final Flow connectSilently(String address) throws IOException {
    return resolver.resolve(address.replace("tls://", "tcp://"));
  }

  // A quarter of the default, which is slow over TLS. The target is tested with the default.
  @Override
  public final int manyBytes() {
    return super.manyBytes() / 4;
  }

  @Override
  public final int manyPairs() {
    return super.manyPairs() / 4;
  }

  static Deadline soon() {
    return Deadline.after(ENOUGH, TimeSource.system());
  }
}
