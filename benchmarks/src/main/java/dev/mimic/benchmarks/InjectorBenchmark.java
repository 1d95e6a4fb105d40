package dev.mimic.benchmarks;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of creating the injector of a deployment and its resolver.
 *
 * <p>The peer, {@code guice}, is an injector of Guice that binds the same objects in the same ways
 * ({@link InjectorBareModule}) and is asked for all its sets. Each iteration ends with a check that
 * both have the same number of bindings of each kind.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 3, time = 2)
public class InjectorBenchmark {
  @Param({"mimic", "guice"})
  public String peer = "";

  @Param({"unix-like", "in-memory"})
  public String deployment = "";

  private List<Module> modules = List.of();
  private Class<?> wanted = Object.class;
  private @Nullable Injector last;

  @Setup
  public void prepare() {
    List<Module> mimic = deployment();
    switch (peer) {
      case "mimic" -> {
        modules = mimic;
        wanted = MimicResolver.class;
      }
      case "guice" -> {
        modules = List.of(new InjectorBareModule(Guice.createInjector(mimic)));
        wanted = InjectorBareModule.Sets.class;
      }
      default -> throw new IllegalArgumentException("no such peer: " + peer);
    }
  }

  private List<Module> deployment() {
    return switch (deployment) {
      case "unix-like" -> List.of(new UnixLikeModule(), new TlsModule());
      case "in-memory" -> List.of(new InMemoryModule(InMemoryNetwork.create()), new TlsModule());
      default -> throw new IllegalArgumentException("no such deployment: " + deployment);
    };
  }

  @Benchmark
  public Object create() {
    Injector injector = Guice.createInjector(modules);
    last = injector;
    return injector.getInstance(wanted);
  }

  /** Throws unless it has as many bindings of each kind as the deployment. */
  @TearDown(Level.Iteration)
  public void check() {
    Map<String, Long> expected = kinds(Guice.createInjector(deployment()));
    Map<String, Long> found = kinds(requireNonNull(last));
    if (!found.equals(expected)) {
      throw new IllegalStateException("bindings are %s, not %s".formatted(found, expected));
    }
  }

  private static Map<String, Long> kinds(Injector injector) {
    return injector.getAllBindings().values().stream()
        .collect(groupingBy(each -> each.getClass().getSimpleName(), TreeMap::new, counting()));
  }
}
