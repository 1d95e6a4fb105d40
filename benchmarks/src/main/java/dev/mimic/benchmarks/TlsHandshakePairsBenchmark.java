package dev.mimic.benchmarks;

import java.io.IOException;
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
 * The handshakes of {@link TlsHandshakeBenchmark} by Mimic and a peer in turns, as in {@link
 * TcpPairsBenchmark}. Each has a server of its own make, or both have one of the peer's, which
 * compares the clients alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 6, time = 2) // elliptic curves are compiled late
@Measurement(iterations = 8, time = 1)
public class TlsHandshakePairsBenchmark {
  private static final int MEETINGS = 4;

  @Param({"SSL_SOCKET"})
  public TlsPeer peer = TlsPeer.SSL_SOCKET;

  @Param({"full", "resumed"})
  public String work = "";

  @Param({"own-servers", "peers-server"})
  public String servers = "";

  private TlsMeetings mimic;
  private TlsMeetings other;

  @Setup
  public void open() throws IOException {
    TlsCredentials credentials = TlsCredentials.create();
    TlsPeer mimicsServer = servers.equals("own-servers") ? TlsPeer.MIMIC : peer;
    mimic = new TlsMeetings(TlsPeer.MIMIC, mimicsServer, credentials);
    other = new TlsMeetings(peer, peer, credentials);
  }

  @TearDown
  public void close() throws IOException {
    try {
      mimic.close();
    } finally {
      other.close();
    }
  }

  @Benchmark
  public void pair(PairTimes times) throws Exception {
    times.add(() -> work(mimic), () -> work(other));
  }

  private void work(TlsMeetings meetings) throws IOException {
    for (int i = 0; i < MEETINGS; i++) {
      switch (work) {
        case "full" -> meetings.full();
        case "resumed" -> meetings.resumed();
        default -> throw new IllegalArgumentException("no such work: " + work);
      }
    }
  }
}
