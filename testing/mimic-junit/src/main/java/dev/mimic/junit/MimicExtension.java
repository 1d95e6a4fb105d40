package dev.mimic.junit;

import static java.util.Objects.requireNonNull;

import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * A JUnit extension that gives each test a network in memory of its own. Each repetition and each
 * parameterized invocation is a test. Tests can run in parallel.
 *
 * <pre>{@code
 * @ExtendWith(MimicExtension.class)
 * class ClientTest {
 *   @Test
 *   void connect_refused_fails(InMemoryNetwork network, MimicResolver resolver) {
 *     network.inject(Faults.refuse().to("api"));
 *     assertThrows(IOException.class, () -> resolver.resolve("tcp://api:80"));
 *   }
 * }
 * }</pre>
 *
 * <table>
 *   <caption>Parameters of test methods, {@code @BeforeEach} and {@code @AfterEach} methods, and
 *       constructors</caption>
 *   <tr><th>Type</th><th>Value, the same within a test</th></tr>
 *   <tr><td>{@link InMemoryNetwork}</td><td>the network of the test</td></tr>
 *   <tr><td>{@code @Host("api")} {@link InMemoryHost}</td><td>that host of the network</td></tr>
 *   <tr><td>{@link MimicResolver}, optionally with {@code @Host}</td><td>the resolver of a program
 *       on that host, by default on {@code localhost}, with the modules of {@link
 *       Builder#modules}</td></tr>
 *   <tr><td>{@link ManualTimeSource}</td><td>the clock of the network and the resolvers. Without a
 *       parameter of this type they use the system clock</td></tr>
 *   <tr><td>{@code TestWeb}</td><td>HTTP servers and clients on the network; needs mimic-http and
 *       mimic-http-server</td></tr>
 * </table>
 *
 * <p><b>Seeds.</b> The network's seed is, in this order: the configuration parameter or system
 * property {@code mimic.seed}, {@link Seed} of the method, {@link Seed} of the class, {@link
 * Builder#seed}, a random one. If a test fails, the network's timeline and the seed are printed to
 * {@code System.err}.
 *
 * <p><b>Leaks.</b> A flow or a listener that is open at the end of a test fails it, unless it has
 * failed for another reason. The message shows where it was opened. {@code @AfterEach} methods run
 * before that check. The network is closed afterwards.
 *
 * <p>For settings, register a field: {@code @RegisterExtension final MimicExtension mimic =
 * MimicExtension.builder().modules(new TlsModule()).build()}. Parameters of constructors need the
 * annotation {@code @ExtendWith} or a static field.
 */
public final class MimicExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(MimicExtension.class);

  private final Builder settings;

  /** Creates an extension with the defaults of {@link #builder}. */
  public MimicExtension() {
    this(new Builder());
  }

  private MimicExtension(Builder settings) {
    this.settings = settings;
  }

  /** Returns a builder of extensions. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings of extensions. Immutable: each method returns another builder. */
  public static final class Builder {
    private final List<Module> modules;
    private final OptionalLong seed;
    private final boolean manualTime;
    private final Duration leakTimeout;

    private Builder() {
      this(List.of(), OptionalLong.empty(), false, Duration.ofSeconds(2));
    }

    private Builder(
        List<Module> modules, OptionalLong seed, boolean manualTime, Duration leakTimeout) {
      this.modules = modules;
      this.seed = seed;
      this.manualTime = manualTime;
      this.leakTimeout = leakTimeout;
    }

    /** Sets the modules of the resolvers, without a deployment target. Defaults to none. */
    public Builder modules(Module... modules) {
      return new Builder(List.of(modules), seed, manualTime, leakTimeout);
    }

    /** Sets the seed of the networks. Defaults to a random one for each test. */
    public Builder seed(long seed) {
      return new Builder(modules, OptionalLong.of(seed), manualTime, leakTimeout);
    }

    /**
     * Sets whether every test uses a {@link ManualTimeSource}. By default only a test that asks for
     * one does.
     */
    public Builder manualTime(boolean always) {
      return new Builder(modules, seed, always, leakTimeout);
    }

    /**
     * Sets how long flows and listeners may take to close after a test, in which servers notice
     * that their clients have gone. Defaults to 2 seconds.
     */
    public Builder leakTimeout(Duration timeout) {
      if (timeout.isNegative()) {
        throw new IllegalArgumentException("timeout (%s) must not be negative".formatted(timeout));
      }
      return new Builder(modules, seed, manualTime, timeout);
    }

    /** Returns an extension with these settings. */
    public MimicExtension build() {
      return new MimicExtension(this);
    }

    List<Module> modules() {
      return modules;
    }

    OptionalLong seed() {
      return seed;
    }

    boolean manualTime() {
      return manualTime;
    }

    Duration leakTimeout() {
      return leakTimeout;
    }
  }

  /** Gives constructors the network of the test that the object is created for. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == InMemoryNetwork.class
        || type == InMemoryHost.class
        || type == MimicResolver.class
        || type == ManualTimeSource.class
        || isTestWeb(type);
  }

  // By name, because the class needs optional dependencies.
  private static boolean isTestWeb(Class<?> type) {
    return type.getName().equals("dev.mimic.junit.TestWeb");
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "a network belongs to one test: declare [%s] in the test method or in @BeforeEach"
              .formatted(parameter.getParameter()));
    }
    Class<?> type = parameter.getParameter().getType();
    Optional<String> host = parameter.findAnnotation(Host.class).map(Host::value);
    TestRun run = run(context);
    if (type == InMemoryNetwork.class) {
      return run.network();
    }
    if (type == InMemoryHost.class) {
      return run.network()
          .host(
              host.orElseThrow(
                  () ->
                      new ParameterResolutionException(
                          "[%s] names no host: write @Host(\"api\") before it"
                              .formatted(parameter.getParameter()))));
    }
    if (type == MimicResolver.class) {
      return run.resolver(host);
    }
    return isTestWeb(type) ? run.web() : run.manualTime();
  }

  private TestRun run(ExtensionContext context) {
    return requireNonNull(
        context
            .getStore(NAMESPACE)
            .computeIfAbsent(
                TestRun.class, unused -> TestRun.create(settings, context), TestRun.class));
  }

  /** Checks for leaks, prints the timeline of a failure, and closes the network. */
  @Override
  public void afterEach(ExtensionContext context) {
    TestRun run = context.getStore(NAMESPACE).get(TestRun.class, TestRun.class);
    if (run == null) {
      return;
    }
    Optional<Throwable> failure = context.getExecutionException();
    if (failure.isEmpty()) {
      run.requireNoLeaks(settings.leakTimeout());
    } else if (!(failure.get() instanceof TestAbortedException)) {
      run.printFailure();
    }
    run.close();
  }
}
