package dev.mimic.guice;

import com.google.inject.Binder;
import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinderBinding;
import com.google.inject.multibindings.Multibinder;
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
  private static final List<Kind<?>> KINDS =
      List.of(
          new Kind<>(MimicModule.NETWORK, ResolverBuilder::network),
          new Kind<>(MimicModule.PROTOCOL, ResolverBuilder::protocol),
          new Kind<>(MimicModule.LISTENING_PROTOCOL, ResolverBuilder::listeningProtocol),
          new Kind<>(MimicModule.DERIVATION, ResolverBuilder::derivation),
          new Kind<>(MimicModule.SCHEME, ResolverBuilder::scheme),
          new Kind<>(MimicModule.ADDRESS_SYNTAX, ResolverBuilder::addressSyntax),
          new Kind<>(MimicModule.VALUE, (to, value) -> value.addTo(to)));

  private final Injector injector;

  /** A kind of contribution, and the method that adds one to a resolver. */
  private record Kind<T>(TypeLiteral<T> type, BiConsumer<ResolverBuilder, T> adder) {}

  Contributions(Injector injector) {
    this.injector = injector;
  }

  /** Declares a set for each kind. Two modules may contribute equal elements. */
  static void declareSets(Binder binder) {
    KINDS.forEach(kind -> Multibinder.newSetBinder(binder, kind.type()).permitDuplicates());
  }

  /** Adds the contributions kind by kind, each kind in binding order. Returns the builder. */
  ResolverBuilder addTo(ResolverBuilder builder) {
    KINDS.forEach(kind -> add(kind, builder));
    return builder;
  }

  private <T> void add(Kind<T> kind, ResolverBuilder builder) {
    for (Binding<T> each : bindings(kind.type())) {
      kind.adder().accept(builder.from(moduleOf(each)), each.getProvider().get());
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
