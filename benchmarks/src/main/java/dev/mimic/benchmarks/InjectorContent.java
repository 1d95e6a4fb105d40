package dev.mimic.benchmarks;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Stage;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinderBinding;
import com.google.inject.multibindings.MultibinderBinding;
import com.google.inject.multibindings.MultibindingsTargetVisitor;
import com.google.inject.multibindings.OptionalBinderBinding;
import com.google.inject.spi.DefaultBindingTargetVisitor;
import com.google.inject.spi.InstanceBinding;
import java.lang.reflect.ParameterizedType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of modules in an injector, without those that Guice adds to each set and each
 * optional key.
 *
 * @param sets the elements of each set, by the type of its elements
 * @param optionals the default of each optional key, if it has one
 * @param instances the bindings outside of sets and optional keys
 */
record InjectorContent(
    Map<TypeLiteral<Object>, List<Binding<?>>> sets,
    Map<Key<Object>, List<Object>> optionals,
    Map<Key<Object>, Object> instances) {

  static InjectorContent of(Injector injector) {
    InjectorContent content =
        new InjectorContent(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    Gathering gathering = new Gathering(content);
    injector.getBindings().values().forEach(each -> each.acceptTargetVisitor(gathering));
    return content;
  }

  /** Fills it. */
  @SuppressWarnings("unchecked") // a key is used with what it was found with
  private static final class Gathering extends DefaultBindingTargetVisitor<Object, @Nullable Void>
      implements MultibindingsTargetVisitor<Object, @Nullable Void> {
    private final InjectorContent content;

    Gathering(InjectorContent content) {
      this.content = content;
    }

    @Override
    public @Nullable Void visit(MultibinderBinding<?> set) {
      content.sets.put((TypeLiteral<Object>) set.getElementTypeLiteral(), set.getElements());
      return null;
    }

    @Override
    public @Nullable Void visit(OptionalBinderBinding<?> optional) {
      Key<?> key = optional.getKey();
      if (key.getTypeLiteral().getRawType() == Optional.class) { // and not Guava's
        ParameterizedType type = (ParameterizedType) key.getTypeLiteral().getType();
        content.optionals.put(
            (Key<Object>) key.ofType(type.getActualTypeArguments()[0]),
            Stream.ofNullable(optional.getDefaultBinding())
                .map(each -> (Object) each.getProvider().get())
                .toList());
      }
      return null;
    }

    @Override
    public @Nullable Void visit(MapBinderBinding<?> map) {
      throw new IllegalArgumentException("no deployment has a map: " + map);
    }

    @Override
    public @Nullable Void visit(InstanceBinding<?> binding) {
      Key<Object> key = (Key<Object>) binding.getKey();
      boolean isGuices = key.getAnnotationType() != null || key.equals(Key.get(Stage.class));
      if (!isGuices) {
        content.instances.put(key, binding.getInstance());
      }
      return null;
    }
  }
}
