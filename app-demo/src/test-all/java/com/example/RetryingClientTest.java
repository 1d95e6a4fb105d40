package com.example;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that repeats each request until it is confirmed, and a server that numbers them. */
@Timeout(300)
class RetryingClientTest {
  private static final HostPort LEDGER = new HostPort("ledger", 7000);
  private static final int ENTRIES = 20;

  /** What one run has done. */
  private record Run(List<Integer> ledger, Duration time, String timeline) {}

  private static Run run(long seed) throws Exception {
    SteppedClock clock = new SteppedClock();
    InMemoryNetwork network =
        InMemoryNetwork.builder().timeSource(clock).seed(seed).recordBytes().build();
    network.link("client", "ledger").latency(Duration.ofMillis(20)).jitter(Duration.ofMillis(5));
    List<Integer> ledger = new ArrayList<>(); // used by one server thread at a time
    try (FlowListener listener = network.host("ledger").listen(LEDGER, soon(clock))) {
      var unusedServer = clock.startDaemon(() -> accept(clock, listener, ledger));
      network.inject(
          Faults.random().refuse(0.1).reset(0.05).end(0.05).delay(0.2, Duration.ofSeconds(20)));
      var client = clock.start(() -> send(clock, network));
      try {
        clock.run();
      } catch (AssertionError e) {
        throw new AssertionError("seed %d\n%s".formatted(seed, network.timeline()), e);
      }
      client.get();
      return new Run(
          List.copyOf(ledger), Duration.ofNanos(clock.nanoTime()), network.timeline().toString());
    } finally {
      network.close();
    }
  }

  private static Deadline soon(SteppedClock clock) {
    return Deadline.after(Duration.ofSeconds(5), clock);
  }

  private static Void accept(SteppedClock clock, FlowListener listener, List<Integer> ledger)
      throws IOException {
    while (true) {
      Flow flow = listener.accept();
      var unusedHandler = clock.startDaemon(() -> serve(flow, ledger));
    }
  }

  /** Writes each new entry into the ledger, and confirms every entry. */
  private static Void serve(Flow flow, List<Integer> ledger) throws IOException {
    try (flow) {
      flow.readTimeout(Duration.ofSeconds(60));
      DataInputStream in = new DataInputStream(flow.inputStream());
      while (true) {
        int entry = in.readInt();
        if (entry == ledger.size()) { // otherwise it is a repetition
          ledger.add(entry);
        }
        flow.outputStream().write(entry);
      }
    }
  }

  private static Void send(SteppedClock clock, InMemoryNetwork network) throws Exception {
    int next = 0;
    while (next < ENTRIES) {
      try (Flow flow = network.host("client").connect(LEDGER, soon(clock))) {
        flow.readTimeout(Duration.ofSeconds(5));
        DataOutputStream out = new DataOutputStream(flow.outputStream());
        while (next < ENTRIES) {
          out.writeInt(next);
          int confirmed = flow.inputStream().read();
          if (confirmed < 0) {
            break;
          }
          assertThat(confirmed).isEqualTo(next);
          next++;
        }
      } catch (IOException e) {
        clock.sleep(Duration.ofMillis(500));
      }
    }
    return null;
  }

  private static void runAll(int seeds) throws Exception {
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      expected.add(i);
    }
    Duration simulated = Duration.ZERO;
    long begin = System.nanoTime();
    for (int seed = 1; seed <= seeds; seed++) {
      Run run = run(seed);
      assertWithMessage("seed %s\n%s", seed, run.timeline()).that(run.ledger()).isEqualTo(expected);
      simulated = simulated.plus(run.time());
    }
    Duration real = Duration.ofNanos(System.nanoTime() - begin);
    System.out.printf(
        "%d runs: %d s of simulated time in %d s%n",
        seeds, simulated.toSeconds(), real.toSeconds());
    assertThat(simulated).isGreaterThan(real);
  }

  @Test
  void client_withRandomFaults_losesAndDoublesNothing() throws Exception {
    runAll(300);
  }

  @Test
  @Tag("full")
  void client_withTenThousandSeeds_losesAndDoublesNothing() throws Exception {
    runAll(10_000);
  }

  @Test
  void run_withSameSeed_hasSameTimeline() throws Exception {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(run(seed).timeline()).isEqualTo(run(seed).timeline());
    }
    assertThat(run(1).timeline()).isNotEqualTo(run(2).timeline());
  }
}
