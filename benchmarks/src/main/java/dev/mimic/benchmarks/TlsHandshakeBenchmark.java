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
 * The number of TLS connections per second that a client makes in sequence. It connects, performs
 * the handshake, reads a byte and closes. With the byte, it also receives the ticket for
 * resumption. In full handshakes, it then discards the session. The run fails if a connection
 * resumes a session and should not, or the reverse.
 *
 * <p>All peers use the same certificate with a P-256 key, check it against the same authority, and
 * check the name in it. The server accepts the next client after it has read the end of the last
 * stream.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2) // elliptic curves are compiled late
@Measurement(iterations = 3, time = 1)
public class TlsHandshakeBenchmark {
  /** The implementation of both sides. */
  @Param public TlsPeer peer = TlsPeer.MIMIC;

  /** The transport. */
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
