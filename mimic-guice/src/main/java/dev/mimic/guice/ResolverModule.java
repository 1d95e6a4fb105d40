package dev.mimic.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.mimic.MimicResolver;
import dev.mimic.TimeSource;

/** Makes the resolver of what all the modules contribute. Every {@link MimicModule} installs it. */
final class ResolverModule extends AbstractModule {

  @Override
  protected void configure() {
    for (TypeLiteral<?> type : Contributions.TYPES) {
      Multibinder.newSetBinder(binder(), type);
    }
    OptionalBinder.newOptionalBinder(binder(), TimeSource.class)
        .setDefault()
        .toInstance(TimeSource.system());
    bind(TargetCheck.class).asEagerSingleton();
  }

  @Provides
  @Singleton
  MimicResolver resolver(Injector injector, TimeSource time) {
    return new Contributions(injector).addTo(MimicResolver.builder()).timeSource(time).build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResolverModule;
  }

  @Override
  public int hashCode() {
    return ResolverModule.class.hashCode();
  }
}
