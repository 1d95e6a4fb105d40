package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;

import com.google.inject.Guice;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.MimicResolver;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnixProtocolTest {
  @TempDir Path folder;

  @Test
  void bytesGoBothWays() throws Exception {
    MimicResolver resolver =
        Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);
    Path socket = folder.resolve("x.sock");
    try (FlowListener listener = resolver.listen("unix:" + socket);
        Flow near = resolver.resolve(listener.address());
        Flow far = listener.accept()) {
      assertThat(near.info().toString()).isEqualTo("unix(" + socket + ")");
      near.outputStream().write(1);
      assertThat(far.inputStream().read()).isEqualTo(1);
      far.outputStream().write(2);
      assertThat(near.inputStream().read()).isEqualTo(2);
    }
    assertThat(Files.exists(socket)).isFalse();
  }
}
