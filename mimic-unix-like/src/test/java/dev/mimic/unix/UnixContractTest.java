package dev.mimic.unix;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.FlowListenerContract;
import dev.mimic.testkit.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract over Unix domain sockets. */
@Row("Unix domain sockets")
final class UnixContractTest extends FlowListenerContract {
  private final MimicResolver resolver =
      Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);
  private final AtomicInteger listeners = new AtomicInteger();
  @TempDir private Path folder;

  @Override
  protected FlowListener listen() throws IOException {
    return resolver.listen("unix:" + folder.resolve("s" + listeners.incrementAndGet()));
  }

  @Override
  protected Flow connect(String address) throws IOException {
    return resolver.resolve(address);
  }
}
