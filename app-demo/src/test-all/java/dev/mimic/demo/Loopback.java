package dev.mimic.demo;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitModule;
import dev.mimic.http.HttpModule;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Servers on this machine for tests of the command. */
final class Loopback {
  static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new TlsModule(), new HttpModule(), new GitModule())
          .getInstance(MimicResolver.class);

  private Loopback() {}

  /** Serves a copy of a server, whose connections end after this number of bytes. */
  static FlowServer dyingAfter(long bytes, String address) throws IOException {
    return standIn(bytes, address, asking -> {});
  }

  /** Serves a copy of a server, whose connections fall silent after this number of bytes. */
  static FlowServer silentAfter(long bytes, String address, CountDownLatch silent)
      throws IOException {
    return standIn(
        bytes,
        address,
        asking -> {
          silent.countDown();
          asking.join(); // until the client goes
        });
  }

  /** An action after the bytes were passed on. */
  private interface Then {
    void with(Thread asking) throws InterruptedException;
  }

  private static FlowServer standIn(long bytes, String address, Then then) throws IOException {
    String server = "tcp://localhost:" + URI.create(address).getPort();
    return FlowServer.serve(
        RESOLVER.listen("tcp://localhost:0"),
        client -> {
          try (Flow behind = RESOLVER.resolve(server)) {
            Thread asking = Thread.startVirtualThread(() -> passAll(client, behind));
            pass(behind, client, bytes);
            then.with(asking);
          }
        });
  }

  private static void passAll(Flow from, Flow to) {
    try {
      pass(from, to, Long.MAX_VALUE);
    } catch (IOException e) {
      // One of them is gone.
    }
  }

  private static void pass(Flow from, Flow to, long bytes) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(4096);
    long left = bytes;
    while (left > 0) {
      int count = from.read(some.clear().limit((int) Math.min(some.capacity(), left)));
      if (count < 0) {
        return;
      }
      to.write(some.flip());
      left -= count;
    }
  }

  /** Returns the files in a folder. */
  static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
