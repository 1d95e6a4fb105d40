package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FormerOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "--trust, nowhere.pem, nowhere.pem",
    "--passphrase, nowhere, --passphrase-file needs --key",
    "--via, ftp://x, --proxy: no hop has the scheme ftp"
  })
  void formerName_ofOption_hasItsEffect(String option, String value, String message) {
    CommandRun run = CommandRun.of("ping", option, value, "tls://localhost:1");
    assertThat(run.err()).contains(message);
  }

  @Test
  void formerProxies_ofSeveralHops_areAllTaken() {
    CommandRun run =
        CommandRun.of(
            "ping", "--via", "socks5://localhost:1", "--via", "ftp://x", "tcp://localhost:1");
    assertThat(run.err()).contains("no hop has the scheme ftp");
  }

  @ParameterizedTest
  @CsvSource({
    "--trust, a, --ca-cert, b",
    "--via, ssh://b, --proxy, ssh://a",
    "--proxy, ssh://a, --via, ssh://b"
  })
  void formerName_besideNewName_isWrongUsage(String one, String a, String other, String b) {
    CommandRun run = CommandRun.of("ping", one, a, other, b, "tcp://localhost:1");
    assertThat(run.err()).contains(" is the former name of --");
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void help_ofCommand_hasNoFormerName() {
    String help = CommandRun.of("ping", "--help").out();
    assertThat(help).contains("--ca-cert");
    assertThat(help).doesNotContainMatch("--(trust|via|passphrase(?!-file))");
  }
}
