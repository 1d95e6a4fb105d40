package dev.mimic.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.name.Named;
import com.google.inject.name.Names;
import dev.mimic.MimicResolver;
import dev.mimic.ResolverBuilder;
import dev.mimic.flow.TimeSource;
import java.time.Duration;
import java.util.Optional;

/**
 * The module that builds the resolver from all contributions. Every {@link MimicModule} installs
 * it.
 */
final class ResolverModule extends AbstractModule {
  static final Key<Duration> DEFAULT_TIMEOUT =
      Key.get(Duration.class, Names.named("dev.mimic.defaultTimeout"));

  @Override
  protected void configure() {
    Contributions.declareSets(binder());
    OptionalBinder.newOptionalBinder(binder(), TimeSource.class)
        .setDefault()
        .toInstance(TimeSource.system());
    OptionalBinder.newOptionalBinder(binder(), DEFAULT_TIMEOUT);
    bind(TargetCheck.class).asEagerSingleton();
  }

  @Provides
  @Singleton
  MimicResolver resolver(
      Injector injector,
      TimeSource time,
      @Named("dev.mimic.defaultTimeout") Optional<Duration> timeout) {
    ResolverBuilder builder = MimicResolver.builder().timeSource(time);
    timeout.ifPresent(builder::defaultTimeout);
    return new Contributions(injector).addTo(builder).build();
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
