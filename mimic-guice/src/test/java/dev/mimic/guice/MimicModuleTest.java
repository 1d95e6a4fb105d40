package dev.mimic.guice;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.required;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.Inventory;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.PlainProtocol;
import dev.mimic.Protocol;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of contributions and of the messages for wiring mistakes. */
class MimicModuleTest {
  private static final Key<String> GREETING = Key.of("greeting");
  private static final Key<String> PASSPHRASE = Key.secret("passphrase");

  /** A module with a scheme of a given name and port, over the plain network. */
  private static final class SchemeModule extends MimicModule {
    private final String name;
    private final int port;

    SchemeModule(String name, int port) {
      super(List.of(name, port));
      this.name = name;
      this.port = port;
    }

    @Override
    protected void contribute() {
      bindScheme(Scheme.of(name, PlainProtocol.ENDPOINT).withDefaultPort(port));
    }
  }

  private static MimicResolver resolver(Module... modules) {
    return Guice.createInjector(modules).getInstance(MimicResolver.class);
  }

  private static List<String> schemes(MimicResolver resolver) {
    return resolver.inventory().schemes().stream().map(each -> each.scheme().name()).toList();
  }

  @Test
  void schemes_ofTwoModules_areOneSet() {
    MimicResolver resolver =
        resolver(
            new FakeTarget("fake"), new SchemeModule("http", 80), new SchemeModule("git", 9418));
    assertThat(schemes(resolver)).containsExactly("tcp", "http", "git");
    assertThat(resolver.plan("http://host/").connections()).containsExactly("fake(host:80)");
    assertThat(resolver.plan("git://host/").connections()).containsExactly("fake(host:9418)");
  }

  @Test
  void module_installedTwice_contributesOnce() {
    MimicResolver resolver =
        resolver(
            new FakeTarget("fake"),
            new FakeTarget("fake"),
            new SchemeModule("http", 80),
            new AbstractModule() {
              @Override
              protected void configure() {
                install(new SchemeModule("http", 80));
              }
            });
    assertThat(schemes(resolver)).containsExactly("tcp", "http");
  }

  @Test
  void equals_withState_comparesClassAndState() {
    assertThat(new SchemeModule("http", 80)).isEqualTo(new SchemeModule("http", 80));
    assertThat(new SchemeModule("http", 80)).isNotEqualTo(new SchemeModule("http", 81));
    assertThat(new SchemeModule("http", 80)).isNotEqualTo(new FakeTarget("http"));
    assertThat(new SchemeModule("http", 80).toString()).isEqualTo("SchemeModule");
  }

  @Test
  void scheme_boundTwice_laterModuleWins() {
    MimicResolver resolver =
        resolver(
            new FakeTarget("fake"), new SchemeModule("http", 80), new SchemeModule("http", 8080));
    assertThat(resolver.plan("http://host/").connections()).containsExactly("fake(host:8080)");
  }

  @Test
  void value_equalToAnEarlierOne_laterModuleStillWins() {
    MimicResolver resolver =
        resolver(new FakeTarget("fake"), valueModule("a"), valueModule("b"), valueModule("a"));
    assertThat(resolver.inventory().values().getLast().value()).isEqualTo("a");
  }

  /** Returns a module that passes no state, so that it is equal only to itself. */
  private static MimicModule valueModule(String greeting) {
    return new MimicModule() {
      @Override
      protected void contribute() {
        bindValue(GREETING, greeting);
      }
    };
  }

  /** A module without fields that does not say what makes it equal. */
  private static final class SilentModule extends MimicModule {
    @Override
    protected void contribute() {}
  }

  /** A module without state. */
  private static final class StatelessModule extends MimicModule {
    StatelessModule() {
      super(List.of());
    }

    @Override
    protected void contribute() {}
  }

  @Test
  void equals_withoutState_isIdentity() {
    MimicModule silent = new SilentModule();
    assertThat(List.of(silent)).contains(silent);
    assertThat(silent).isNotEqualTo(new SilentModule());
    assertThat(valueModule("a")).isNotEqualTo(valueModule("a"));
  }

  @Test
  void equals_withEmptyState_comparesClass() {
    assertThat(new StatelessModule()).isEqualTo(new StatelessModule());
    assertThat(new StatelessModule().hashCode()).isEqualTo(new StatelessModule().hashCode());
    assertThat(new StatelessModule()).isNotEqualTo(new SilentModule());
    assertThat(new SilentModule()).isNotEqualTo(new StatelessModule());
  }

  @Test
  void state_ofMutableList_isCopied() {
    List<Object> given = new ArrayList<>(List.of("a"));
    MimicModule module = new ListModule(given);
    given.add("b");
    assertThat(module).isEqualTo(new ListModule(List.of("a")));
  }

  private static final class ListModule extends MimicModule {
    ListModule(List<?> state) {
      super(state);
    }

    @Override
    protected void contribute() {}
  }

  @Test
  void module_equalOnlyToItself_contributesEachTime() {
    assertThat(resolver(new FakeTarget("fake"), valueModule("a")).inventory().values()).hasSize(2);
  }

  @Test
  void source_ofAnonymousModule_namesEnclosingClass() {
    MimicResolver resolver = resolver(new FakeTarget("fake"), valueModule("a"));
    assertThat(resolver.inventory().values().getLast().source()).isEqualTo("MimicModuleTest");
  }

  @Test
  void defaultTimeout_bound_replaces30Seconds() {
    MimicModule shortTimeout =
        new MimicModule() {
          @Override
          protected void contribute() {
            bindDefaultTimeout(Duration.ofSeconds(3));
          }
        };
    assertThat(resolver(new FakeTarget("fake"), shortTimeout).timeout())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(resolver(new FakeTarget("fake")).timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void targets_withEqualNetworks_areRefused() {
    MimicModule other =
        new MimicModule() {
          @Override
          protected void contribute() {
            bindNetwork(new FakeNetwork("same"));
          }
        };
    assertThrows(
        CreationException.class, () -> Guice.createInjector(new FakeTarget("same"), other));
  }

  @Test
  void targets_two_messageNamesBoth() {
    CreationException failure =
        assertThrows(
            CreationException.class,
            () -> Guice.createInjector(new FakeTarget("one"), new FakeTarget("two")));
    assertThat(failure)
        .hasMessageThat()
        .contains(
            "2 deployment targets are installed, but an injector must have exactly one: FakeTarget"
                + " (");
    assertThat(failure).hasMessageThat().contains("FakeTarget.java:16");
  }

  @Test
  void targets_none_messageSuggestsModules() {
    CreationException failure =
        assertThrows(
            CreationException.class, () -> Guice.createInjector(new SchemeModule("http", 80)));
    assertThat(failure)
        .hasMessageThat()
        .contains("No deployment target is installed: no module here binds a network.");
  }

  /** A module that binds a protocol that Guice cannot create. */
  private static final class MistakenModule extends MimicModule {
    @Override
    protected void contribute() {
      bindProtocol(ProtocolWithUnboundDependency.class);
    }
  }

  private record ProtocolWithUnboundDependency(Unbound missing) implements Protocol<String> {
    @Inject
    ProtocolWithUnboundDependency {}

    @Override
    public String name() {
      return "needy";
    }

    @Override
    public Key<String> endpointKey() {
      return GREETING;
    }

    @Override
    public boolean isSecure() {
      return false;
    }

    @Override
    public String describe(String endpoint) {
      return endpoint;
    }

    @Override
    public Flow connect(String endpoint, Deadline deadline) {
      return FlowPipe.create().near();
    }
  }

  private interface Unbound {}

  @Test
  void wiringMistake_inModule_messageNamesItsLine() {
    for (Stage stage : List.of(Stage.DEVELOPMENT, Stage.TOOL)) {
      CreationException failure =
          assertThrows(
              CreationException.class,
              () -> Guice.createInjector(stage, new FakeTarget("fake"), new MistakenModule()));
      assertThat(failure).hasMessageThat().contains("Unbound");
      assertThat(failure)
          .hasMessageThat()
          .contains("MistakenModule.contribute(MimicModuleTest.java:");
      assertThat(failure).hasMessageThat().doesNotContain("MimicModule.java");
    }
  }

  @Test
  void toolStage_ofSoundDeployment_passes() {
    Injector injector =
        Guice.createInjector(Stage.TOOL, new FakeTarget("fake"), new SchemeModule("http", 80));
    assertThat(injector.getBindings()).isNotEmpty();
  }

  @Test
  void injectors_two_shareNothing() {
    MimicResolver one = resolver(new FakeTarget("one"), new SchemeModule("http", 80));
    MimicResolver two = resolver(new FakeTarget("two"));
    assertThat(one.plan("http://host/").connections()).containsExactly("one(host:80)");
    assertThat(two.plan("http://host/").problem()).isPresent();
    assertThat(two.plan("tcp://host:1").connections()).containsExactly("two(host:1)");
  }

  /** A module that contributes by a provider method and by bind methods. */
  private static final class EverythingModule extends MimicModule {
    private final ManualTimeSource time = new ManualTimeSource();

    @Override
    protected void contribute() {
      bindValue(GREETING, "hello");
      bindValue(PASSPHRASE, "hunter2");
      bindTimeSource(time);
      bindAddressSyntax(
          text ->
              text.startsWith("@")
                  ? Verdict.of(
                      Context.empty()
                          .with(Address.SCHEME, "tcp")
                          .with(Address.HOST, text.substring(1))
                          .with(Address.PORT, 7))
                  : Verdict.decline("no @"));
    }

    @ProvidesIntoSet
    Derivation<?> greeted(TimeSource time) {
      return Derivation.of(
          Address.USER, required(GREETING), greeting -> Verdict.of(greeting + time.nanoTime()));
    }
  }

  @Test
  void providesIntoSet_withInjectedArgument_contributes() {
    MimicResolver resolver = resolver(new FakeTarget("fake"), new EverythingModule());
    assertThat(resolver.plan("@host").connections()).containsExactly("fake(host:7)");
    Inventory inventory = resolver.inventory();
    assertThat(inventory.derivations().getLast().source()).isEqualTo("EverythingModule");
    assertThat(inventory.values().getLast().source()).isEqualTo("EverythingModule");
    assertThat(inventory.toString()).doesNotContain("hunter2");
  }

  @Test
  void creationException_withSecretValue_doesNotShowIt() {
    MimicModule twice =
        new MimicModule() {
          @Override
          protected void contribute() {
            bindValue(PASSPHRASE, "hunter2");
            bind(Unbound.class);
          }
        };
    CreationException failure =
        assertThrows(
            CreationException.class, () -> Guice.createInjector(new FakeTarget("fake"), twice));
    assertThat(failure).hasMessageThat().doesNotContain("hunter2");
  }

  /** An application that depends on the resolver only. */
  private record Application(MimicResolver resolver) {
    @Inject
    Application {}
  }

  @Test
  void resolver_injectedByConstructor_resolves() throws Exception {
    Application application =
        Guice.createInjector(new FakeTarget("fake")).getInstance(Application.class);
    try (Flow flow = application.resolver().resolve("tcp://host:1")) {
      assertThat(flow.isOpen()).isTrue();
    }
  }
}
