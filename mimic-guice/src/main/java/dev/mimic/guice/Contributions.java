package dev.mimic.guice;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinderBinding;
import com.google.inject.multibindings.MultibinderBinding;
import com.google.inject.multibindings.MultibindingsTargetVisitor;
import com.google.inject.multibindings.OptionalBinderBinding;
import com.google.inject.spi.DefaultBindingTargetVisitor;
import com.google.inject.spi.ElementSource;
import com.google.inject.util.Types;
import dev.mimic.ResolverBuilder;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** The contributions of an injector's modules, each with the module that made it. */
final class Contributions {
  static final List<TypeLiteral<?>> TYPES =
      List.of(
          MimicModule.NETWORK,
          MimicModule.PROTOCOL,
          MimicModule.LISTENING_PROTOCOL,
          MimicModule.DERIVATION,
          MimicModule.SCHEME,
          MimicModule.ADDRESS_SYNTAX,
          MimicModule.VALUE);

  private final Injector injector;

  Contributions(Injector injector) {
    this.injector = injector;
  }

  /** Adds the contributions kind by kind, each kind in binding order. Returns the builder. */
  ResolverBuilder addTo(ResolverBuilder builder) {
    add(MimicModule.NETWORK, builder, ResolverBuilder::network);
    add(MimicModule.PROTOCOL, builder, ResolverBuilder::protocol);
    add(MimicModule.LISTENING_PROTOCOL, builder, ResolverBuilder::listeningProtocol);
    add(MimicModule.DERIVATION, builder, ResolverBuilder::derivation);
    add(MimicModule.SCHEME, builder, ResolverBuilder::scheme);
    add(MimicModule.ADDRESS_SYNTAX, builder, ResolverBuilder::addressSyntax);
    add(MimicModule.VALUE, builder, (to, value) -> value.addTo(to));
    return builder;
  }

  private <T> void add(
      TypeLiteral<T> type, ResolverBuilder builder, BiConsumer<ResolverBuilder, T> adder) {
    for (Binding<T> each : bindings(type)) {
      adder.accept(builder.from(moduleOf(each)), each.getProvider().get());
    }
  }

  /** Returns the elements of the set of this type, in binding order. */
  <T> List<Binding<T>> bindings(TypeLiteral<T> type) {
    return setBinding(type).acceptTargetVisitor(new Elements<>());
  }

  @SuppressWarnings("unchecked") // Types.setOf returns this type
  private <T> Binding<Set<T>> setBinding(TypeLiteral<T> type) {
    return injector.getBinding((Key<Set<T>>) Key.get(Types.setOf(type.getType())));
  }

  /** Returns the simple name of the module that made this binding, or {@code the application}. */
  static String moduleOf(Binding<?> binding) {
    if (binding.getSource() instanceof ElementSource source
        && !source.getModuleClassNames().isEmpty()) {
      return SourceNames.of(source.getModuleClassNames().getFirst());
    }
    return "the application";
  }

  /** A visitor that returns the element bindings of a set binding. */
  private static final class Elements<T>
      extends DefaultBindingTargetVisitor<Set<T>, List<Binding<T>>>
      implements MultibindingsTargetVisitor<Set<T>, List<Binding<T>>> {
    @Override
    @SuppressWarnings("unchecked") // the elements of a Set<T> are bindings of T
    public List<Binding<T>> visit(MultibinderBinding<? extends Set<T>> set) {
      return (List<Binding<T>>) (List<?>) set.getElements();
    }

    @Override
    public List<Binding<T>> visit(MapBinderBinding<? extends Set<T>> map) {
      return List.of();
    }

    @Override
    public List<Binding<T>> visit(OptionalBinderBinding<? extends Set<T>> optional) {
      return List.of();
    }

    @Override
    protected List<Binding<T>> visitOther(Binding<? extends Set<T>> other) {
      return List.of();
    }
  }
}
