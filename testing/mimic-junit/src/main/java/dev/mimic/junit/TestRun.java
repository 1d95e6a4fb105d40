package dev.mimic.junit;

import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.TimeSource;
import dev.mimic.guice.Deployment;
import dev.mimic.guice.MimicModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.lang.annotation.Annotation;
import java.lang.reflect.Executable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** The network of one test, and the objects that the test was given for it. */
final class TestRun implements AutoCloseable {
  private static final String SEED = "mimic.seed";
  private static final Duration POLL_INTERVAL = Duration.ofMillis(2);

  private final List<Module> modules;
  private final String test;
  private final @Nullable ManualTimeSource manualTime;
  private final InMemoryNetwork network;
  private final Map<String, MimicResolver> resolvers = new ConcurrentHashMap<>(); // by host
  private final Map<Class<?>, AutoCloseable> web = new ConcurrentHashMap<>(); // at most one

  private TestRun(
      List<Module> modules, String test, @Nullable ManualTimeSource manualTime, long seed) {
    this.modules = modules;
    this.test = test;
    this.manualTime = manualTime;
    this.network =
        InMemoryNetwork.builder()
            .timeSource(manualTime == null ? TimeSource.system() : manualTime)
            .seed(seed)
            .recordBytes()
            .trackLeaks()
            .build();
  }

  static TestRun create(MimicExtension.Builder settings, ExtensionContext context) {
    boolean manual = settings.manualTime() || asksForManualTime(context);
    return new TestRun(
        settings.modules(),
        context.getRequiredTestClass().getSimpleName() + ", " + context.getDisplayName(),
        manual ? new ManualTimeSource() : null,
        seed(settings.seed(), context));
  }

  private static boolean asksForManualTime(ExtensionContext context) {
    List<Class<?>> classes = new ArrayList<>(context.getEnclosingTestClasses());
    classes.add(context.getRequiredTestClass());
    Stream<Executable> executables = Stream.of(context.getRequiredTestMethod());
    for (Class<?> each : classes) {
      executables = Stream.concat(executables, Stream.of(each.getDeclaredConstructors()));
      executables = Stream.concat(executables, annotated(each, BeforeEach.class));
      executables = Stream.concat(executables, annotated(each, AfterEach.class));
    }
    return executables
        .flatMap(each -> Stream.of(each.getParameterTypes()))
        .anyMatch(type -> type == ManualTimeSource.class);
  }

  private static Stream<? extends Executable> annotated(
      Class<?> type, Class<? extends Annotation> annotation) {
    return AnnotationSupport.findAnnotatedMethods(type, annotation, HierarchyTraversalMode.TOP_DOWN)
        .stream();
  }

  private static long seed(OptionalLong ofSettings, ExtensionContext context) {
    Optional<String> given = context.getConfigurationParameter(SEED);
    if (given.isPresent()) {
      try {
        return Long.parseLong(given.get());
      } catch (NumberFormatException e) {
        throw new ParameterResolutionException(
            "%s (\"%s\") must be a whole number".formatted(SEED, given.get()), e);
      }
    }
    return AnnotationSupport.findAnnotation(context.getTestMethod(), Seed.class)
        .or(
            () ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(), Seed.class, context.getEnclosingTestClasses()))
        .map(Seed::value)
        .orElseGet(
            () ->
                ofSettings.orElseGet(() -> ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)));
  }

  InMemoryNetwork network() {
    return network;
  }

  ManualTimeSource manualTime() {
    if (manualTime == null) {
      throw new ParameterResolutionException(
          "the network of this test was created on the system clock: use "
              + "MimicExtension.builder().manualTime(true)");
    }
    return manualTime;
  }

  MimicResolver resolver(Optional<String> host) {
    return resolvers.computeIfAbsent(
        host.orElse(""),
        unused -> {
          List<Module> all = new ArrayList<>(modules);
          all.add(
              host.map(name -> new InMemoryModule(network.host(name)))
                  .orElseGet(() -> new InMemoryModule(network)));
          all.add(new ClockModule(network.timeSource()));
          return new Deployment("test", all).resolver();
        });
  }

  /** A module that sets the clock of every wait. */
  static final class ClockModule extends MimicModule {
    private final TimeSource time;

    ClockModule(TimeSource time) {
      this.time = time;
    }

    @Override
    protected void contribute() {
      bindTimeSource(time);
    }
  }

  Object web() {
    return web.computeIfAbsent(TestWeb.class, unused -> new TestWeb(network));
  }

  /** Fails if a flow or a listener is not closed in time. */
  void requireNoLeaks(Duration timeout) {
    closeWeb();
    List<String> open = open(timeout);
    if (!open.isEmpty()) {
      String leaks = String.join("\n", open.stream().map(TestRun::withoutJUnit).toList());
      printFailure();
      close();
      throw new AssertionError(
          "the test has left %d flows and listeners open: close them before it ends\n%s"
              .formatted(open.size(), leaks));
    }
  }

  // Polls, because a peer closes its end in a thread of its own, on the system's clock.
  private List<String> open(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    List<String> open = network.open();
    while (!open.isEmpty() && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(POLL_INTERVAL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return network.open();
      }
      open = network.open();
    }
    return open;
  }

  /** Leaves out the frames below the test method. */
  private static String withoutJUnit(String leak) {
    return String.join(
        "\n",
        leak.lines()
            .takeWhile(
                line ->
                    !line.contains("jdk.internal.reflect.")
                        && !line.contains("org.junit.platform."))
            .toList());
  }

  void printFailure() {
    System.err.printf(
        "%s: the timeline of the network:%n%sseed %d: run again with -D%s=%d%n",
        test, network.timeline(), network.seed(), SEED, network.seed());
  }

  private void closeWeb() {
    for (AutoCloseable each : web.values()) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("an HTTP server or client cannot be closed", e);
      }
    }
    web.clear();
  }

  /** Closes the network, and what the extension has created on it. */
  @Override
  public void close() {
    try {
      closeWeb();
    } finally {
      network.close();
    }
  }
}
