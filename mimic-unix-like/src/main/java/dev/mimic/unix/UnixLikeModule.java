package dev.mimic.unix;

import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.mimic.Network;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * The deployment target for a program that runs on a host. It contributes the host's TCP network
 * ({@link TcpNetwork}) and Unix domain sockets ({@link UnixProtocol}).
 *
 * <p>The resolver of names can be replaced: {@code OptionalBinder.newOptionalBinder(binder(),
 * NameResolver.class).setBinding()}.
 */
public final class UnixLikeModule extends MimicModule {

  /** Creates the module. */
  public UnixLikeModule() {
    super(List.of());
  }

  @Override
  protected void contribute() {
    UnixProtocol unix = new UnixProtocol();
    bindProtocol(unix);
    bindListeningProtocol(unix);
    bindScheme(UnixProtocol.scheme());
    UnixProtocol.derivations().forEach(this::bindDerivation);
    OptionalBinder.newOptionalBinder(binder(), NameResolver.class)
        .setDefault()
        .toInstance(NameResolver.system());
  }

  @ProvidesIntoSet
  @Singleton
  Network network(NameResolver names) {
    return TcpNetwork.builder().nameResolver(names).build();
  }
}
