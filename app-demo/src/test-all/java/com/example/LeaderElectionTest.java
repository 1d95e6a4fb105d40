package com.example;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.inmemory.Decision;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.inmemory.Rule;
import dev.mimic.inmemory.Transfer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Five hosts that elect a leader, in numbered terms, under random partitions. */
@Timeout(120)
class LeaderElectionTest {
  private static final List<String> HOSTS = List.of("a", "b", "c", "d", "e");
  private static final int PORT = 7000;
  private static final Duration LIMIT = Duration.ofMillis(100);

  private final SteppedClock clock = new SteppedClock();
  private final Map<Integer, Set<String>> leaders = new HashMap<>(); // by term; guarded by itself
  private volatile Set<String> minority = Set.of();
  private volatile boolean ended;

  /** A host that votes once in each term, and stands for election when it hears of no leader. */
  private final class Node {
    private final InMemoryHost host;
    private final Random random;
    private int term; // guarded by this, as the fields below
    private String leader = "";
    private boolean heard;

    Node(InMemoryHost host, long seed) {
      this.host = host;
      this.random = new Random(seed);
    }

    /** Answers whether this node votes for a candidate, or follows a leader. */
    synchronized boolean answer(boolean elected, int newTerm, String name) {
      if (newTerm < term || (newTerm == term && !elected)) {
        return false;
      }
      term = newTerm;
      leader = elected ? name : "";
      heard = true;
      return true;
    }

    Void serve(FlowListener listener) throws IOException {
      while (true) {
        try (Flow flow = listener.accept()) {
          flow.readTimeout(LIMIT);
          DataInputStream in = new DataInputStream(flow.inputStream());
          boolean accepted = answer(in.readBoolean(), in.readInt(), in.readUTF());
          flow.outputStream().write(accepted ? 1 : 0);
          int unused = in.read(); // the caller closes first
        } catch (ClosedChannelException e) {
          throw e; // the listener is closed
        } catch (IOException e) {
          // This caller has gone.
        }
      }
    }

    /** Returns how many of all hosts accept a message, this one included. */
    private int ask(boolean elected, int ofTerm) {
      int accepted = 1;
      for (String each : HOSTS) {
        if (!each.equals(host.name())) {
          accepted += ask(each, elected, ofTerm);
        }
      }
      return accepted;
    }

    private int ask(String peer, boolean elected, int ofTerm) {
      try (Flow flow = host.connect(new HostPort(peer, PORT), Deadline.after(LIMIT, clock))) {
        flow.readTimeout(LIMIT);
        DataOutputStream out = new DataOutputStream(flow.outputStream());
        out.writeBoolean(elected);
        out.writeInt(ofTerm);
        out.writeUTF(host.name());
        return flow.inputStream().read() == 1 ? 1 : 0;
      } catch (IOException e) {
        return 0; // no vote
      }
    }

    Void live() throws InterruptedException {
      while (!ended) {
        clock.sleep(Duration.ofMillis(1000 + random.nextInt(1000)));
        int own = candidature();
        if (own > 0 && ask(false, own) > HOSTS.size() / 2 && win(own)) {
          while (!ended && ask(true, own) > HOSTS.size() / 2) {
            clock.sleep(Duration.ofMillis(200));
          }
        }
      }
      return null;
    }

    /** Returns the term to stand for, or 0 if there is a leader. */
    private synchronized int candidature() {
      boolean quiet = !heard;
      heard = false;
      leader = quiet ? "" : leader;
      return quiet ? ++term : 0;
    }

    private synchronized boolean win(int own) {
      if (term != own) {
        return false; // another host has begun a later term
      }
      leader = host.name();
      synchronized (leaders) {
        leaders.computeIfAbsent(own, unused -> new HashSet<>()).add(leader);
      }
      return true;
    }

    synchronized String leader() {
      return leader;
    }
  }

  /** Loses everything that crosses a partition: it does not arrive when the partition heals. */
  private final class Loss implements Rule {
    @Override
    public Decision decide(Transfer transfer) {
      Set<String> some = minority;
      return some.contains(transfer.from()) == some.contains(transfer.to())
          ? Decision.pass()
          : Decision.delay(Duration.ofDays(1));
    }

    @Override
    public String toString() {
      return "loss between partitions";
    }
  }

  private Void partition(Random random) throws InterruptedException {
    for (int i = 0; i < 8; i++) {
      minority = Set.of(HOSTS.get(random.nextInt(2)), HOSTS.get(2 + random.nextInt(3)));
      clock.sleep(Duration.ofMillis(random.nextInt(8_000)));
      minority = Set.of();
      clock.sleep(Duration.ofMillis(random.nextInt(8_000)));
    }
    clock.sleep(Duration.ofSeconds(20)); // time to agree
    return null;
  }

  private void run(long seed) throws Exception {
    InMemoryNetwork network =
        InMemoryNetwork.builder().timeSource(clock).seed(seed).maxEvents(1_000_000).build();
    network.inject(new Loss());
    for (String one : HOSTS) {
      for (String other : HOSTS) {
        network.link(one, other).latency(Duration.ofMillis(3)).jitter(Duration.ofMillis(4));
      }
    }
    Map<String, Node> nodes = new HashMap<>();
    for (String name : HOSTS) {
      Node node = new Node(network.host(name), seed * 31 + name.hashCode());
      nodes.put(name, node);
      FlowListener listener =
          network
              .host(name)
              .listen(new HostPort(name, PORT), Deadline.after(Duration.ofSeconds(1), clock));
      var unusedServer = clock.startDaemon(() -> node.serve(listener));
      var unusedNode = clock.startDaemon(node::live);
    }
    var partitions = clock.start(() -> partition(new Random(seed)));
    clock.run();
    partitions.get();
    Set<String> agreed = new HashSet<>();
    nodes.values().forEach(each -> agreed.add(each.leader()));
    ended = true;
    network.close();
    clock.finish();

    assertWithMessage("leaders at the end of seed %s", seed).that(agreed).hasSize(1);
    assertWithMessage("leaders at the end of seed %s", seed).that(agreed).doesNotContain("");
    synchronized (leaders) {
      leaders.forEach(
          (term, names) ->
              assertWithMessage("leaders of term %s, seed %s", term, seed).that(names).hasSize(1));
      assertThat(leaders).isNotEmpty();
    }
  }

  @Test
  void election_underPartitions_hasOneLeaderPerTerm() throws Exception {
    for (long seed = 1; seed <= 3; seed++) {
      new LeaderElectionTest().run(seed);
    }
  }
}
