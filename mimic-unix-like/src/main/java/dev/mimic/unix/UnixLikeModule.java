package dev.mimic.unix;

import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.mimic.Network;
import dev.mimic.guice.MimicModule;

/**
 * The deployment target of a program that runs on a host: its network is the host's own TCP. Unix
 * domain sockets are there too ({@link UnixProtocol}).
 *
 * <p>How names are looked up can be replaced: {@code OptionalBinder.newOptionalBinder(binder(),
 * NameResolver.class).setBinding()}.
 */
public final class UnixLikeModule extends MimicModule {

  /** Makes the module. */
  public UnixLikeModule() {}

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
