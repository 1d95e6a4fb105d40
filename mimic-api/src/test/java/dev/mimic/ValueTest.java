package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.required;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of requests for the value of one key. */
class ValueTest {
  private static final Key<String> A = Key.of("a");
  private static final Key<String> B = Key.of("b");
  private static final Key<String> SECRET = Key.secret("secret");

  private static final Derivation<String> B_FROM_A =
      Derivation.of(B, required(A), a -> Verdict.of(a + "!"));

  private final MimicResolver resolver =
      MimicResolver.builder().derivation(B_FROM_A).value(A, "base").build();

  @Test
  void value_ofTheResolver_isFound() throws Exception {
    assertThat(resolver.value(A)).isEqualTo("base");
    assertThat(resolver.value(B)).isEqualTo("base!");
  }

  @Test
  void value_ofTheCaller_comesFirst() throws Exception {
    Context context = Context.empty().with(A, "caller");
    assertThat(resolver.with(context).value(A)).isEqualTo("caller");
    assertThat(resolver.with(context).value(B)).isEqualTo("caller!");
    assertThat(resolver.with(context.with(B, "explicit")).value(B)).isEqualTo("explicit");
  }

  @Test
  void value_ofSeveralCandidates_isTheFirst() throws Exception {
    Context context = Context.empty().withCandidates(A, List.of("one", "two"));
    assertThat(resolver.with(context).value(A)).isEqualTo("one");
  }

  @Test
  void value_thatNothingGives_isRefusedWithTheReason() {
    MimicResolver bare = MimicResolver.builder().derivation(B_FROM_A).build();
    ResolutionException failure = assertThrows(ResolutionException.class, () -> bare.value(B));
    assertThat(failure)
        .hasMessageThat()
        .isEqualTo(
            "b has no value: nothing gives \"a\": put it into the context, or install a module that"
                + " derives it");
    assertThat(failure.report()).contains("b: missing");
  }

  @Test
  void value_whoseDerivationThrows_keepsTheCauseAndNoSecret() {
    Derivation<String> failing =
        Derivation.of(
            A,
            required(SECRET),
            value -> {
              throw new IOException("cannot use " + value);
            });
    MimicResolver broken = MimicResolver.builder().derivation(failing).build();
    Context context = Context.empty().with(SECRET, "s3cret");
    ResolutionException failure =
        assertThrows(ResolutionException.class, () -> broken.with(context).value(A));
    assertThat(failure.getCause()).isNotNull();
    assertThat(failure.report()).doesNotContain("s3cret");
  }
}
