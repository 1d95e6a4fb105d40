package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Flow;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client, and OpenSSL's server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class OpensslServerTest {
  private final OurSide ours;

  OpensslServerTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.ours = new OurSide(implementation, folder);
  }

  @Test
  void bothSpeakTls13() throws Exception {
    assertDataGoesBothWays(TlsVersion.TLS_1_3);
  }

  @Test
  void bothSpeakTls12() throws Exception {
    assertDataGoesBothWays(TlsVersion.TLS_1_2);
  }

  private void assertDataGoesBothWays(TlsVersion version) throws Exception {
    try (Program server = server();
        Flow flow = ours.connect(port(server), OurSide.only(version))) {
      server.type("hello from openssl");
      assertThat(line(flow)).isEqualTo("hello from openssl");
      flow.write(UTF_8.encode("hello from mimic\n"));
      server.await("hello from mimic");
    }
  }

  private Program server(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl", "s_server"));
    command.addAll(List.of("-accept", "127.0.0.1:0"));
    command.addAll(List.of("-cert", ours.file("server.pem"), "-key", ours.file("server.key")));
    command.addAll(List.of(options));
    return Program.start(command);
  }

  private static int port(Program server) throws IOException, InterruptedException {
    return Integer.parseInt(server.await("ACCEPT .*:(\\d+)").group(1));
  }

  private static String line(Flow flow) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = flow.inputStream().read(); c != '\n'; c = flow.inputStream().read()) {
      if (c < 0) {
        throw new IOException("the end, after \"" + line + "\"");
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
