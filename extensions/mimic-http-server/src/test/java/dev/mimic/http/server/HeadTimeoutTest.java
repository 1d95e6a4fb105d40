package dev.mimic.http.server;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the limit on the head of a request, on the clock of the listener. */
@Timeout(60)
final class HeadTimeoutTest {
  private static final Deadline SOON = Deadline.after(Duration.ofSeconds(20), TimeSource.system());
  private static final HostPort AT = HostPort.parse("server:80");

  private final Clock clock = new Clock();
  private final InMemoryHost host = InMemoryNetwork.create(clock).host("server");

  /** A clock that stands still, and records the delays of its timers. */
  private static final class Clock implements TimeSource {
    private final ManualTimeSource time = new ManualTimeSource();
    private final BlockingQueue<Duration> delays = new LinkedBlockingQueue<>();

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      Timer timer = time.schedule(delay, task);
      delays.add(delay);
      return timer;
    }

    Duration nextDelay() throws InterruptedException {
      Duration delay = delays.poll(20, SECONDS);
      assertThat(delay).isNotNull();
      return delay;
    }
  }

  @Test
  void headTimeout_ofSlowHead_runsOnListenersClock() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    FlowListener listener = host.listen(AT, SOON);
    try (HttpServer server =
            HttpServer.builder()
                .headTimeout(Duration.ofSeconds(30))
                .timeSource(TimeSource.system()) // of the other timeouts
                .reporter((what, failure) -> reported.complete(what))
                .serve(listener, request -> HttpResponse.of(200));
        Flow client = host.connect(AT, SOON)) {
      write(client, "GET / HTTP/1.1\r\n");
      assertThat(clock.nextDelay()).isEqualTo(Duration.ofSeconds(30));
      clock.time.advance(Duration.ofSeconds(20));
      write(client, "Host: a\r\n");
      assertThat(clock.nextDelay()).isEqualTo(Duration.ofSeconds(10));
      clock.time.advance(Duration.ofMillis(9_999));
      write(client, "X: y\r\n");
      assertThat(clock.nextDelay()).isEqualTo(Duration.ofMillis(1));
      assertThat(reported.isDone()).isFalse();
      clock.time.advance(Duration.ofMillis(1));
      assertThat(reported.get(20, SECONDS)).contains("was not received within 30000 ms");
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(server.stop(Duration.ofSeconds(20))).isTrue();
    }
  }

  private static void write(Flow flow, String text) throws IOException {
    flow.write(ISO_8859_1.encode(text));
  }
}
