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

/** Tests of {@link Deployment#validate}. */
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

  /** A module with two unserved schemes, a scheme that needs a value of the caller, and a cycle. */
  private static final class QuestionableModule extends MimicModule {
    @Override
    protected void contribute() {
      bindScheme(Scheme.of("unserved", Key.of("unserved.endpoint")));
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
    public dev.mimic.flow.Flow connect(String endpoint, dev.mimic.flow.Deadline deadline) {
      throw new AssertionError("validate connects nothing");
    }
  }

  @Test
  void validate_ofSoundDeployment_findsNothing() {
    assertThat(Deployment.of("sound", new FakeTarget("fake")).validate()).isEmpty();
  }

  private static String finding(Severity severity, String message) {
    return severity + ": " + message;
  }

  @Test
  void validate_withUnservedSchemes_reportsFindings() {
    List<Inventory.Finding> findings =
        Deployment.of("doubtful", new FakeTarget("fake")).with(new QuestionableModule()).validate();
    assertThat(findings.stream().map(each -> finding(each.severity(), each.message())).toList())
        .containsExactly(
            finding(
                Severity.ERROR,
                "scheme \"unserved\": no protocol has the endpoint \"unserved.endpoint\""),
            finding(Severity.ERROR, "scheme \"deaf\": no protocol listens by \"deaf.at\""),
            finding(Severity.NOTE, "scheme \"exec\": works only if the caller gives \"command\""),
            finding(
                Severity.NOTE,
                "derivations in a cycle, unless the caller gives one of the keys:"
                    + " egg -> hen -> egg"));
  }

  @Test
  void cycle_withExplicitValue_isNoFinding() {
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
  void valueFromTheAddress_notBound_isNoFinding() {
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
  void validate_withoutTarget_throws() {
    Deployment none = Deployment.of("none", new QuestionableModule());
    assertThrows(CreationException.class, none::validate);
  }

  @Test
  void with_moreModules_appendsThem() {
    Deployment one = Deployment.of("one", new FakeTarget("fake"));
    MimicModule added = new QuestionableModule();
    Deployment two = one.with(added);
    assertThat(one.modules()).hasSize(1);
    assertThat(two.modules()).containsExactly(new FakeTarget("fake"), added).inOrder();
    assertThat(two.name()).isEqualTo("one");
  }
}
