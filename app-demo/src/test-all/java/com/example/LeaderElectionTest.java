package com.example;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five hosts that elect a leader, in numbered terms, under random partitions. */
class LeaderElectionTest {
  private static final List<String> HOSTS = List.of("a", "b", "c", "d", "e");
  private static final int PORT = 7000;
  private static final int FRAME_BYTES = 5; // the kind and the term
  private static final int BEAT_MILLIS = 200;

  // The kinds of messages.
  private static final byte CANDIDATE = 1; // asks for a vote in its term
  private static final byte VOTE = 2;
  private static final byte LEADER = 3; // the leader of the term is alive

  /** One run of the five hosts. */
  private static final class Election {
    private final ManualTimeSource time = new ManualTimeSource();
    private final InMemoryNetwork network;
    private final Random random;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<Integer, Set<String>> leaders = new TreeMap<>(); // by term
    private final List<Exception> failures = new ArrayList<>();

    Election(long seed) {
      network = InMemoryNetwork.builder().timeSource(time).seed(seed).maxEvents(1_000_000).build();
      random = new Random(seed);
    }

    /** A host. It votes once in each term, and stands for election when it hears of no leader. */
    private final class Node {
      private final String name;
      private final Map<String, FlowPipe.End> peers = new LinkedHashMap<>();
      private int term;
      private String leader = "";
      private int votes;
      private boolean heard;

      Node(String name) {
        this.name = name;
      }

      void join(String peer, FlowPipe.End flow) {
        peers.put(peer, flow);
        read(peer, flow, ByteBuffer.allocate(FRAME_BYTES));
      }

      /** Handles what has arrived, and comes back when there is more. */
      private void read(String peer, FlowPipe.End flow, ByteBuffer frame) {
        if (!flow.isOpen()) {
          return; // the election is over
        }
        try {
          while (flow.tryRead(frame) > 0) {
            if (!frame.hasRemaining()) {
              frame.flip();
              receive(peer, frame.get(), frame.getInt());
              frame.clear();
            }
          }
        } catch (IOException | RuntimeException e) {
          failures.add(e); // a callback has nobody to throw to
        }
        flow.onReadable(() -> read(peer, flow, frame));
      }

      private void send(String peer, byte kind) {
        try {
          ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
          frame.put(kind).putInt(term).flip();
          if (requireNonNull(peers.get(peer)).tryWrite(frame) < FRAME_BYTES) {
            throw new IOException("no room for a message to " + peer);
          }
        } catch (IOException e) {
          failures.add(e);
        }
      }

      private void receive(String peer, byte kind, int ofTerm) {
        if (ofTerm > term) {
          term = ofTerm;
          leader = "";
          votes = 0;
          if (kind == CANDIDATE) {
            heard = true;
            send(peer, VOTE);
          }
        }
        if (ofTerm == term && kind == LEADER) {
          leader = peer;
          heard = true;
        } else if (ofTerm == term && kind == VOTE && ++votes > HOSTS.size() / 2) {
          lead();
        }
      }

      private void lead() {
        if (!leader.equals(name)) {
          leader = name;
          leaders.computeIfAbsent(term, unused -> new HashSet<>()).add(name);
          beat(term);
        }
      }

      private void beat(int ofTerm) {
        if (term == ofTerm) {
          peers.keySet().forEach(peer -> send(peer, LEADER));
          after(BEAT_MILLIS, () -> beat(ofTerm));
        }
      }

      /** Stands for election after a while without a leader. */
      void live() {
        after(1000 + random.nextInt(1000), this::live);
        if (!heard && !leader.equals(name)) {
          term++;
          leader = "";
          votes = 1; // its own
          peers.keySet().forEach(peer -> send(peer, CANDIDATE));
        }
        heard = false;
      }
    }

    private void after(int millis, Runnable task) {
      var unused = time.schedule(Duration.ofMillis(millis), task);
    }

    private Node node(String name) {
      return requireNonNull(nodes.get(name));
    }

    private void connect() throws IOException {
      for (String name : HOSTS) {
        nodes.put(name, new Node(name));
      }
      Deadline deadline = Deadline.after(Duration.ofSeconds(1), time);
      for (String name : HOSTS) {
        try (FlowListener listener =
            network.host(name).listen(new HostPort(name, PORT), deadline)) {
          for (String peer : HOSTS.subList(0, HOSTS.indexOf(name))) {
            var flow = network.host(peer).connect(new HostPort(name, PORT), deadline);
            node(peer).join(name, (FlowPipe.End) flow);
            node(name).join(peer, (FlowPipe.End) listener.accept());
            network.link(name, peer).latency(Duration.ofMillis(3)).jitter(Duration.ofMillis(4));
          }
        }
      }
    }

    /** Separates some hosts from the others, for a while, again and again. */
    private void partition(int times) {
      if (times == 0) {
        return;
      }
      Set<String> some = Set.of(HOSTS.get(random.nextInt(2)), HOSTS.get(2 + random.nextInt(3)));
      Set<String> others = new HashSet<>(HOSTS);
      others.removeAll(some);
      Fault cut = network.partition(some, others);
      after(
          1 + random.nextInt(8_000),
          () -> {
            cut.close();
            after(1 + random.nextInt(8_000), () -> partition(times - 1));
          });
    }

    /** Runs an election, and returns what happened on the network. */
    String run() throws IOException {
      connect();
      nodes.values().forEach(Node::live);
      partition(8);
      time.advance(Duration.ofMinutes(3)); // runs everything, in this thread
      String happened = network.timeline().toString();
      network.close();

      Set<String> agreed = new HashSet<>();
      nodes.values().forEach(each -> agreed.add(each.leader));
      assertThat(failures).isEmpty();
      assertWithMessage("leaders at the end").that(agreed).hasSize(1);
      assertThat(leaders.size()).isAtLeast(2);
      leaders.forEach((term, names) -> assertWithMessage("term %s", term).that(names).hasSize(1));
      return happened;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void election_underPartitions_hasOneLeaderPerTerm(long seed) throws Exception {
    String happened = new Election(seed).run();
    assertThat(new Election(seed).run()).isEqualTo(happened);
  }
}
