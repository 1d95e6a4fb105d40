package dev.mimic.benchmarks;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.name.Names;
import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * What it costs to make the injector of a deployment, and its resolver; beside an injector of Guice
 * alone that has as many bindings, each of an instance with a name, and that is asked for one of
 * them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 3, time = 2)
public class InjectorBenchmark {
  @Param public Modules deployment;
  @Param public Maker maker;

  private List<Module> modules;
  private int bindings;

  /** A deployment. */
  public enum Modules {
    /** The host's network, and TLS. */
    UNIX_LIKE {
      @Override
      List<Module> list() {
        return List.of(new UnixLikeModule(), new TlsModule());
      }
    },

    /** A network in memory, and TLS. */
    IN_MEMORY {
      @Override
      List<Module> list() {
        return List.of(new InMemoryModule(InMemoryNetwork.create()), new TlsModule());
      }
    };

    abstract List<Module> list();
  }

  /** Whose injector it is. */
  public enum Maker {
    /** A deployment's. */
    MIMIC {
      @Override
      List<Module> modules(Modules deployment) {
        return deployment.list();
      }

      @Override
      Object ask(Injector injector) {
        return injector.getInstance(MimicResolver.class);
      }
    },

    /** That of Guice alone, with as many bindings. */
    GUICE {
      @Override
      List<Module> modules(Modules deployment) {
        return List.of(new Bare(Guice.createInjector(deployment.list()).getBindings().size()));
      }

      @Override
      Object ask(Injector injector) {
        return injector.getInstance(Bare.key(0));
      }
    };

    abstract List<Module> modules(Modules deployment);

    abstract Object ask(Injector injector);
  }

  /** Binds strings to names. */
  private static final class Bare extends AbstractModule {
    private final int count;

    Bare(int count) {
      this.count = count;
    }

    static Key<String> key(int index) {
      return Key.get(String.class, Names.named("name" + index));
    }

    @Override
    protected void configure() {
      for (int i = 0; i < count; i++) {
        bind(key(i)).toInstance("value" + i);
      }
    }
  }

  @Setup
  public void prepare() {
    modules = maker.modules(deployment);
  }

  @Benchmark
  public Object create() {
    Injector injector = Guice.createInjector(modules);
    bindings = injector.getBindings().size();
    return maker.ask(injector);
  }

  /** Throws unless both have as many bindings. */
  @TearDown(Level.Iteration)
  public void check() {
    int expected = Guice.createInjector(deployment.list()).getBindings().size();
    // Guice itself binds the injector, a logger and the stage.
    if (bindings < expected || bindings > expected + 3) {
      throw new AssertionError("%d bindings, not %d".formatted(bindings, expected));
    }
  }
}
