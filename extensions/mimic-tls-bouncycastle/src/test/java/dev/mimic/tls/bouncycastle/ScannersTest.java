package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.Context;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A scan by sslscan, which must find no weakness. */
@Tag("full")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class ScannersTest {
  private static final long LIMIT_SECONDS = 240;

  private final TlsFixture fixture;

  ScannersTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.fixture = new TlsFixture(implementation, folder);
  }

  @Test
  void sslscan_defaultServer_findsNoWeakness() throws Exception {
    try (FlowServer server = fixture.echo(Context.empty());
        Program scanner =
            Program.start("sslscan", "--no-groups", "--xml=" + fixture.file("scan"), at(server))) {
      assertThat(scanner.awaitEnd(LIMIT_SECONDS)).isEqualTo(0);
    }
    String found = Files.readString(Path.of(fixture.file("scan")));
    assertThat(all(found, "protocol type=\"(\\w+)\" version=\"([\\d.]+)\" enabled=\"1\""))
        .containsExactly("tls 1.2", "tls 1.3");
    assertThat(all(found, "renegotiation supported=\"(\\d)\" secure=\"(\\d)\""))
        .containsExactly("0 0");
    assertThat(all(found, "heartbleed sslversion=\"(.*?)\" vulnerable=\"(\\d)\""))
        .containsExactly("TLSv1.3 0", "TLSv1.2 0");
    assertThat(all(found, "<cipher .*sslversion=\"(.*?)\" .*cipher=\"(.*?)\""))
        .containsExactly(
            "TLSv1.3 TLS_AES_256_GCM_SHA384",
            "TLSv1.3 TLS_AES_128_GCM_SHA256",
            "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256",
            "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384",
            "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256",
            "TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305");
    assertThat(found).doesNotContain("compression supported=\"1\"");
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1) + " " + found.group(2))
        .toList();
  }

  private static String at(FlowServer server) {
    return server.address().replace("tls://", "");
  }
}
