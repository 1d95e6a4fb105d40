package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.HappyEyeballs;
import dev.mimic.IpAddresses;
import dev.mimic.flow.ManualTimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connector whose connections succeed or fail as the test decides. */
final class FakeConnector implements HappyEyeballs.Connector<FakeConnector.Connection> {

  /** A connection whose outcome the test decides. */
  static final class Connection implements Closeable {
    final String address;
    final long beginMillis;
    final boolean ignoresClose;
    volatile boolean closed;
    volatile Thread connectedBy = Thread.currentThread();
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();
    private final CompletableFuture<Void> returned = new CompletableFuture<>();

    Connection(String address, long beginMillis, boolean ignoresClose) {
      this.address = address;
      this.beginMillis = beginMillis;
      this.ignoresClose = ignoresClose;
    }

    void connects() {
      outcome.complete(null);
    }

    void fails(Exception with) {
      outcome.completeExceptionally(with);
    }

    void awaitReturn() throws Exception {
      returned.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      closed = true;
      if (!ignoresClose) {
        outcome.completeExceptionally(new AsynchronousCloseException());
      }
    }
  }

  final Map<String, IOException> unopenable = new ConcurrentHashMap<>();
  volatile boolean ignoresClose; // a close does not end the connect of new connections
  private final ManualTimeSource time;
  private final BlockingQueue<Connection> begun = new LinkedBlockingQueue<>();

  FakeConnector(ManualTimeSource time) {
    this.time = time;
  }

  @Override
  public Connection open(InetAddress address) throws IOException {
    String text = IpAddresses.print(address);
    IOException refusal = unopenable.get(text);
    if (refusal != null) {
      throw refusal;
    }
    return new Connection(text, Duration.ofNanos(time.nanoTime()).toMillis(), ignoresClose);
  }

  @Override
  public void connect(Connection opened, InetAddress address) throws IOException {
    opened.connectedBy = Thread.currentThread();
    begun.add(opened);
    try {
      opened.outcome.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException mistake) {
        throw mistake;
      }
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      opened.returned.complete(null);
    }
  }

  /** Waits for the next attempt, and checks its address and its start time. */
  Connection next(String address, long atMillis) throws InterruptedException {
    Connection next = begun.poll(20, TimeUnit.SECONDS);
    assertThat(next == null ? "nothing" : next.address + " at " + next.beginMillis)
        .isEqualTo(address + " at " + atMillis);
    return next;
  }

  void assertNoMore() {
    assertThat(begun).isEmpty();
  }
}
