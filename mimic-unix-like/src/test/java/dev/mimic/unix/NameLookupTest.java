package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NameLookupTest {
  private static final InetAddress ONE = InetAddress.getLoopbackAddress();

  private final ManualTimeSource time = new ManualTimeSource();
  private final Deadline deadline = Deadline.after(Duration.ofSeconds(1), time);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch blocked = new CountDownLatch(1);

  private final NameResolver getaddrinfo =
      host -> {
        begun.countDown();
        while (true) {
          try {
            blocked.await();
            return List.of(ONE);
          } catch (InterruptedException e) {
            // ignored, as by getaddrinfo
          }
        }
      };

  @AfterEach
  void endBlockedLookups() {
    blocked.countDown();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void lookup_ofName_runsInNamedDaemonPlatformThread() throws IOException {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    NameLookup lookup =
        new NameLookup(
            host -> {
              thread.complete(Thread.currentThread());
              return List.of(ONE);
            });

    assertThat(lookup.addresses("example.org", deadline)).containsExactly(ONE);
    assertThat(thread.join().isDaemon()).isTrue();
    assertThat(thread.join().isVirtual()).isFalse();
    assertThat(thread.join().getName()).isEqualTo("mimic look-up of example.org");
  }

  @Test
  void lookup_ofLiteral_asksNoResolver() throws IOException {
    NameLookup lookup =
        new NameLookup(
            host -> {
              throw new AssertionError(host);
            });

    assertThat(lookup.addresses("127.0.0.1", deadline)).hasSize(1);
    assertThat(lookup.addresses("::1", deadline)).hasSize(1);
    assertThrows(UnknownHostException.class, () -> lookup.addresses("fe80::x", deadline));
    assertThrows(UnknownHostException.class, () -> lookup.addresses("127.1", deadline));
  }

  @Test
  void lookup_duplicateAddresses_areRemoved() throws IOException {
    assertThat(new NameLookup(host -> List.of(ONE, ONE)).addresses("a", deadline))
        .containsExactly(ONE);
  }

  @Test
  void lookup_deadlinePassed_stopsWaiting() throws Exception {
    Running<?> waiting =
        Running.start(
            ThreadKind.VIRTUAL, () -> new NameLookup(getaddrinfo).addresses("a", deadline));
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

    time.advance(Duration.ofSeconds(1));

    assertThat(waiting.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .isEqualTo("look-up of a: not done within 1 s");
  }

  @Test
  void lookup_interrupted_stopsWaiting() throws Exception {
    for (ThreadKind kind : ThreadKind.values()) {
      Running<?> waiting =
          Running.start(kind, () -> new NameLookup(getaddrinfo).addresses("a", deadline));
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

      waiting.interrupt();

      waiting.failure(ClosedByInterruptException.class);
      assertThat(waiting.endedInterrupted()).isTrue();
    }
  }

  @Test
  void lookup_unknownHost_isNamed() {
    UnknownHostException cause = new UnknownHostException("no such name");
    UnknownHostException failure =
        assertThrows(
            UnknownHostException.class, () -> failing(cause).addresses("example.org", deadline));

    assertThat(failure).hasMessageThat().isEqualTo("unknown host example.org (no such name)");
    assertThat(failure).hasCauseThat().isSameInstanceAs(cause);
  }

  @Test
  void lookup_noAddresses_isUnknownHost() {
    assertThat(
            assertThrows(
                UnknownHostException.class,
                () -> new NameLookup(host -> List.of()).addresses("example.org", deadline)))
        .hasMessageThat()
        .isEqualTo("host example.org has no address");
  }

  @Test
  void lookup_otherFailure_keepsCause() {
    IOException cause = new IOException("no server answers");
    assertThat(assertThrows(IOException.class, () -> failing(cause).addresses("a", deadline)))
        .hasCauseThat()
        .isSameInstanceAs(cause);
    NameLookup mistaken =
        new NameLookup(
            host -> {
              throw new IllegalStateException("a mistake");
            });
    assertThrows(IllegalStateException.class, () -> mistaken.addresses("a", deadline));
  }

  private static NameLookup failing(IOException with) {
    return new NameLookup(
        host -> {
          throw with;
        });
  }
}
