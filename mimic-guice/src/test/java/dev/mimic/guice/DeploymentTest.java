package dev.mimic.guice;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.required;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.CreationException;
import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.Inventory;
import dev.mimic.Inventory.Severity;
import dev.mimic.Key;
import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be said of a deployment without connecting. */
class DeploymentTest {
  private static final Key<String> COMMAND = Key.of("command");
  private static final Key<String> LINE = Key.of("line");
  private static final Key<String> EGG = Key.of("egg");
  private static final Key<String> HEN = Key.of("hen");

  private static Derivation<String> copy(Key<String> to, Key<String> from) {
    return Derivation.of(
        to,
        required(from),
        value -> {
          throw new AssertionError("validate runs no derivation");
        });
  }

  /** Has a scheme that nobody carries, one that the caller must help, and a cycle. */
  private static final class DoubtfulModule extends MimicModule {
    @Override
    protected void contribute() {
      bindScheme(Scheme.of("nobody", Key.of("nobody.endpoint")));
      bindScheme(Scheme.of("deaf", PlainProtocol.ENDPOINT).listeningBy(Key.of("deaf.at")));
      bindScheme(Scheme.of("exec", LINE));
      bindProtocol(new LineProtocol());
      bindDerivation(copy(LINE, COMMAND));
      bindDerivation(copy(EGG, HEN));
      bindDerivation(copy(HEN, EGG));
    }
  }

  private static final class LineProtocol implements dev.mimic.Protocol<String> {
    @Override
    public String name() {
      return "line";
    }

    @Override
    public Key<String> endpointKey() {
      return LINE;
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
    public dev.mimic.Flow connect(String endpoint, dev.mimic.Deadline deadline) {
      throw new AssertionError("validate connects nothing");
    }
  }

  @Test
  void aSoundDeploymentHasNoFindings() {
    assertThat(Deployment.of("sound", new FakeTarget("fake")).validate()).isEmpty();
  }

  @Test
  void findingsSayWhatCannotWork() {
    List<Inventory.Finding> findings =
        Deployment.of("doubtful", new FakeTarget("fake")).with(new DoubtfulModule()).validate();
    assertThat(findings)
        .containsExactly(
            new Inventory.Finding(
                Severity.ERROR,
                "scheme \"nobody\": no protocol has the endpoint \"nobody.endpoint\""),
            new Inventory.Finding(
                Severity.ERROR, "scheme \"deaf\": no protocol listens by \"deaf.at\""),
            new Inventory.Finding(
                Severity.NOTE, "scheme \"exec\": works only if the caller gives \"command\""),
            new Inventory.Finding(
                Severity.NOTE,
                "derivations in a cycle, unless the caller gives one of the keys:"
                    + " egg -> hen -> egg"));
  }

  @Test
  void anExplicitValueEndsACycle() {
    MimicModule value =
        new MimicModule() {
          @Override
          protected void contribute() {
            bindValue(HEN, "there");
            bindDerivation(copy(EGG, HEN));
            bindDerivation(copy(HEN, EGG));
          }
        };
    assertThat(Deployment.of("hen first", new FakeTarget("fake"), value).validate()).isEmpty();
  }

  @Test
  void whatAnAddressCanSayIsNotMissing() {
    MimicModule module =
        new MimicModule() {
          @Override
          protected void contribute() {
            bindScheme(Scheme.of("line", LINE));
            bindProtocol(new LineProtocol());
            bindDerivation(Derivation.of(LINE, required(Address.PATH), path -> Verdict.of(path)));
          }
        };
    assertThat(Deployment.of("path", new FakeTarget("fake"), module).validate()).isEmpty();
  }

  @Test
  void aDeploymentThatDoesNotFitTogetherCannotBeValidated() {
    Deployment none = Deployment.of("none", new DoubtfulModule());
    assertThrows(CreationException.class, none::validate);
  }

  @Test
  void withAddsModulesAfterThoseThereAre() {
    Deployment one = Deployment.of("one", new FakeTarget("fake"));
    Deployment two = one.with(new DoubtfulModule());
    assertThat(one.modules()).hasSize(1);
    assertThat(two.modules())
        .containsExactly(new FakeTarget("fake"), new DoubtfulModule())
        .inOrder();
    assertThat(two.name()).isEqualTo("one");
  }
}
