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
 * How many TLS connections a second a client makes one after the other: it connects, shakes hands,
 * reads a byte, which is when it also gets what it can resume the session with, and closes. In full
 * it forgets the session then. Each connection is asked whether it resumed a session: one that did
 * what it should not have fails the run.
 *
 * <p>All have the same certificate of a P-256 key, check it against the same authority, and check
 * the name that is in it. The server accepts the next client when it has seen the end of the last.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2) // elliptic curves are compiled late
@Measurement(iterations = 3, time = 1)
public class TlsHandshakeBenchmark {
  /** Who speaks TLS on both sides. */
  @Param public TlsPeer peer = TlsPeer.MIMIC;

  /** What carries it. */
  @Param public TlsPeer.Transport transport = TlsPeer.Transport.LOOPBACK;

  private TlsMeetings meetings;

  @Setup
  public void open() throws IOException {
    meetings = new TlsMeetings(peer, transport, TlsCredentials.create());
  }

  @TearDown
  public void close() throws IOException {
    meetings.close();
  }

  @Benchmark
  public void full() throws IOException {
    meetings.full();
  }

  @Benchmark
  public void resumed() throws IOException {
    meetings.resumed();
  }
}
