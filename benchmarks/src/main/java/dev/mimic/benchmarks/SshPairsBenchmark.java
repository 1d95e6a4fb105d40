package dev.mimic.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commands of OpenSSH's server on loopback, by mimic-ssh and by a peer in turns, as in {@link
 * TcpPairsBenchmark}: round trips of 64 bytes through {@code cat}, and 200 MB from {@code head} and
 * to {@code wc}; the same behind a jump host, which is another such server.
 *
 * <p>The round trips of a turn use one command, which is opened before. A transfer includes its own
 * login.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 4)
@Measurement(iterations = 4, time = 4)
public class SshPairsBenchmark {
  private static final long BYTES = 200_000_000;
  private static final int ROUND_TRIPS = 50;
  private static final int MESSAGE_BYTES = 64;

  @Param({"JSCH", "OPENSSH"})
  public SshPeer peer = SshPeer.JSCH;

  @Param({"direct", "jump"})
  public String route = "";

  @Param({"roundTrip64", "down200MB", "up200MB"})
  public String work = "";

  private final byte[] room = new byte[64 * 1024];
  private SshServers servers;
  private SshRun mimicCat;
  private SshRun otherCat;

  @Setup
  public void open() throws IOException {
    servers = SshServers.start(route.equals("jump"));
    mimicCat = SshPeer.MIMIC.run(servers, "cat");
    otherCat = peer.run(servers, "cat");
  }

  @TearDown
  public void close() throws IOException {
    mimicCat.close();
    otherCat.close();
    servers.close();
  }

  @Benchmark
  public void pair(PairTimes times) throws Exception {
    times.add(() -> turn(SshPeer.MIMIC, mimicCat), () -> turn(peer, otherCat));
  }

  private void turn(SshPeer client, SshRun cat) throws IOException {
    switch (work) {
      case "roundTrip64" -> roundTrips(cat);
      case "down200MB" -> down(client);
      case "up200MB" -> up(client);
      default -> throw new IllegalArgumentException("no such work: " + work);
    }
  }

  private void roundTrips(SshRun cat) throws IOException {
    for (int i = 0; i < ROUND_TRIPS; i++) {
      cat.output().write(room, 0, MESSAGE_BYTES);
      cat.output().flush();
      if (cat.input().readNBytes(room, 0, MESSAGE_BYTES) < MESSAGE_BYTES) {
        throw new IOException("cat has ended");
      }
    }
  }

  private void down(SshPeer client) throws IOException {
    long received = 0;
    try (SshRun run = client.run(servers, "head -c %d /dev/zero".formatted(BYTES))) {
      InputStream input = run.input();
      for (int n = input.read(room); n >= 0; n = input.read(room)) {
        received += n;
      }
    }
    requireAll(Long.toString(received));
  }

  private void up(SshPeer client) throws IOException {
    try (SshRun run = client.run(servers, "wc -c")) {
      OutputStream output = run.output();
      for (long left = BYTES; left > 0; left -= room.length) {
        output.write(room, 0, (int) Math.min(room.length, left));
      }
      output.flush();
      run.endOutput();
      requireAll(new String(run.input().readAllBytes(), StandardCharsets.US_ASCII).strip());
    }
  }

  private static void requireAll(String count) throws IOException {
    if (!count.equals(Long.toString(BYTES))) {
      throw new IOException("%s bytes were received of %d".formatted(count, BYTES));
    }
  }
}
