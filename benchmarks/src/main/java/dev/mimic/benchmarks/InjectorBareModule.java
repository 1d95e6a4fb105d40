package dev.mimic.benchmarks;

import com.google.inject.AbstractModule;
import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import com.google.inject.spi.ElementSource;
import com.google.inject.spi.LinkedKeyBinding;
import com.google.inject.util.Types;
import dev.mimic.Network;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Binds with Guice alone what a deployment binds: the same objects, into as many sets and optional
 * keys, by instances, providers and classes as there; an object that is made with the injector, and
 * one that a method provides. Each set is named once, and nothing is checked.
 */
final class InjectorBareModule extends AbstractModule {
  private final InjectorContent content;

  /** Creates a module that binds the objects of this injector. */
  InjectorBareModule(Injector deployment) {
    this.content = InjectorContent.of(deployment);
  }

  /** The elements of the sets. */
  record Sets(List<Set<?>> all) {}

  @Override
  protected void configure() {
    content.sets().forEach(this::bindSet);
    content.optionals().forEach(this::bindOptional);
    content.instances().forEach((key, instance) -> bind(key).toInstance(instance));
    bind(Eager.class).asEagerSingleton();
  }

  private void bindSet(TypeLiteral<Object> type, List<Binding<?>> elements) {
    Multibinder<Object> set = Multibinder.newSetBinder(binder(), type).permitDuplicates();
    for (Binding<?> each : elements) {
      if (isProvided(each) && each.getProvider().get() instanceof Network network) {
        install(new NetworkModule(network));
      } else {
        bindElement(set.addBinding(), each);
      }
    }
  }

  /** Returns whether it is bound by a method of a module. */
  private static boolean isProvided(Binding<?> binding) {
    return binding.getSource() instanceof ElementSource source
        && source.getDeclaringSource() instanceof Method;
  }

  @SuppressWarnings("unchecked") // an element of a set of anything
  private static void bindElement(LinkedBindingBuilder<Object> element, Binding<?> binding) {
    if (binding instanceof LinkedKeyBinding<?> linked) {
      element.to((Key<Object>) linked.getLinkedKey());
    } else {
      element.toProvider(() -> binding.getProvider().get());
    }
  }

  /** Has a method that provides a network. */
  private static final class NetworkModule extends AbstractModule {
    private final Network network;

    NetworkModule(Network network) {
      this.network = network;
    }

    @ProvidesIntoSet
    @Singleton
    Network network() {
      return network;
    }
  }

  private void bindOptional(Key<Object> key, List<Object> byDefault) {
    OptionalBinder<Object> optional = OptionalBinder.newOptionalBinder(binder(), key);
    byDefault.forEach(value -> optional.setDefault().toInstance(value));
  }

  @Provides
  @Singleton
  Sets sets(Injector injector) {
    List<Set<?>> all = new ArrayList<>();
    for (TypeLiteral<Object> type : content.sets().keySet()) {
      all.add((Set<?>) injector.getInstance(Key.get(Types.setOf(type.getType()))));
    }
    return new Sets(all);
  }

  /** Made with the injector, as the check of a deployment is. */
  private static final class Eager {
    @Inject
    Eager(Injector injector) {
      Object unused = injector;
    }
  }
}
