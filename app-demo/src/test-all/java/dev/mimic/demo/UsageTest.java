package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import com.google.common.base.Splitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for wrong usage. Each is one line, with exit status 2. */
@Timeout(60)
class UsageTest {

  private static String refusal(String command) {
    CommandRun run = CommandRun.of(Splitter.on(' ').splitToStream(command).toArray(String[]::new));
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("mimic: ");
    assertThat(run.err()).containsMatch("^[^\n]+ \\(see mimic [a-z ]+ --help\\)\n$");
    assertThat(run.err()).doesNotContainMatch("Exception|\\bjava\\.|\\bdev\\.mimic|\\bnull\\b");
    return run.err();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ping localhost            | write tcp://localhost:PORT",
        "ping localhost:4000       | write tcp://localhost:4000",
        "ping [::1]:4000           | write tcp://[::1]:4000",
        "serve localhost           | write tcp://localhost:PORT",
        "explain localhost         | write tcp://localhost:PORT",
        "explain a.example:80/x    | write tcp://a.example:80/x",
        "ssh me@host uptime        | write ssh://me@host",
        "ssh me@host:2222 uptime   | write ssh://me@host:2222",
        "ssh host uptime           | write ssh://host",
        "get localhost/x           | write https://localhost/x",
        "get localhost:8443        | write https://localhost:8443",
        "git clone a.example/r new | write https://a.example/r",
        "kv pull a.example/r       | write https://a.example/r",
        "mail localhost --from a@b.example --to a@b.example | write submission://localhost",
        "ping /run/x.sock          | write unix:/",
      })
  void missingScheme_isSuggestedByCommand(String command, String suggestion) {
    assertThat(refusal(command)).contains(suggestion + (suggestion.endsWith("/") ? "" : " "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ssh tcp://localhost:1 true       | write ssh://[USER@]HOST[:PORT]",
        "ssh unix:/x true                 | write ssh://[USER@]HOST[:PORT]",
        "ping ssh://localhost             | use mimic ssh",
        "serve ssh://localhost            | not listened on",
        "serve smtp://localhost           | not listened on",
        "serve tls://localhost:0          | give --cert and --key",
        "serve https://localhost:0        | give --cert and --key",
        "get tcp://localhost:1            | URL must begin with http:// or https://",
        "mail tcp://localhost:1 --from a@b.example --to a@b.example | write submission://",
        "ping pign://localhost            | did you mean \"ping\"?",
        "git clone foo://localhost/r new  | no protocol serves",
      })
  void wrongScheme_isRefusedByCommand(String command, String remedy) {
    assertThat(refusal(command)).contains(remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ping tcp://localhost           | write tcp://HOST:PORT",
        "ping tls://[::1]               | write tls://HOST:PORT",
        "ping tcp://localhost:99999     | must be a number from 0 to 65535",
        "serve tcp://localhost          | write tcp://HOST:PORT",
        "get http://localhost:99999/    | write http://HOST[:PORT]/PATH",
        "git clone tcp://localhost/r x  | write tcp://HOST:PORT",
        "ping --proxy http://a tcp://b:1 | --proxy: ",
      })
  void port_thatIsMissingOrWrong_isWrongUsage(String command, String remedy) {
    assertThat(refusal(command)).contains(remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get --timeout x http://a         | is not a number",
        "git clone --depth x git://a/b c  | is not a whole number",
        "ping --timeout -1 tcp://a:1      | --timeout (-1.0) must be positive",
        "get --comprssed http://a         | did you mean \"--compressed\"?",
        "ping --ca-crt x tls://a:1        | did you mean \"--ca-cert\"?",
        "mail --pasword-file=s --from a@b --to a@b x | did you mean \"--password-file\"?",
        "get http://a b                   | \"b\" is one argument too many",
        "git                              | git needs a command: clone, push or log",
        "kv                               | kv needs a command: get, set, remove",
        "kv set /sky blue                 | key (/sky)",
      })
  void option_thatCannotBe_isToldWithRemedy(String command, String remedy) {
    assertThat(refusal(command)).contains(remedy);
  }

  @Test
  void suggestion_ofAddressWithPassword_doesNotShowIt() {
    for (String command :
        new String[] {
          "ping me:s3cret@localhost",
          "ssh me:s3cret@localhost true",
          "get me:s3cret@localhost",
          "explain me:s3cret@localhost:1",
          "get --pasword=s3cret http://a"
        }) {
      CommandRun run =
          CommandRun.of(Splitter.on(' ').splitToStream(command).toArray(String[]::new));
      assertThat(run.out() + run.err()).doesNotContain("s3cret");
      assertThat(run.status()).isNotEqualTo(0);
    }
  }

  @Test
  void explain_ofSshAddress_isPlan() {
    for (String address : new String[] {"ssh://me@host", "git@host.example:a/b"}) {
      CommandRun run = CommandRun.of("explain", address);
      assertThat(run.out()).contains("connects to ssh(tcp(host");
      assertThat(run.status()).isEqualTo(0);
    }
  }
}
