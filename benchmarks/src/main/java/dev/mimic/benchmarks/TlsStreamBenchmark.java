package dev.mimic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The MiB per second of a one-way transfer over a TLS connection, between two threads. The client's
 * side is measured.
 *
 * <ul>
 *   <li>{@code read} and {@code write}, over loopback: the other side is the JDK's {@code
 *       SSLSocket} for all. If that is slower, the throughput means little, but the processor time
 *       does.
 *   <li>{@code both} and {@code bothInMemory}: both sides have the same implementation. In memory,
 *       Netty uses its local channel, tls-channel uses a flow of Mimic, and {@code SSLSocket} is
 *       layered over a socket with the streams of such a flow.
 * </ul>
 *
 * <p>The counter {@code cpuNanos} is the processor time of the client's thread per second,
 * including the kernel. Divided by the throughput, it is the time for a MiB. Netty's is that of its
 * event loop.
 *
 * <p>All write chunks of 64 KiB, and read into buffers of that size. TCP_NODELAY is on.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TlsStreamBenchmark {
  private static final int MIB = 1024 * 1024;
  private static final int BATCH = 8;
  private static final int CHUNK_BYTES = 64 * 1024;

  /** A connection; the server has begun to do its part. */
  @State(Scope.Thread)
  public static class Stream {
    /** The implementation of the measured side. */
    @Param public TlsPeer peer = TlsPeer.MIMIC;

    private final List<TlsStack> stacks = new ArrayList<>();
    TlsEnd end;

    TlsPeer.Transport transport() {
      return TlsPeer.Transport.LOOPBACK;
    }

    TlsPeer farPeer() {
      return peer;
    }

    TlsServing serving() {
      return TlsServing.RECEIVE;
    }

    @Setup
    public void open() throws IOException {
      TlsCredentials credentials = TlsCredentials.create();
      TlsContent content = TlsContent.inChunksOf(CHUNK_BYTES);
      TlsStack near = peer.stack(transport(), credentials, content);
      stacks.add(near);
      if (farPeer().equals(peer)) {
        end = near.connect(near.serve(serving()));
      } else {
        TlsStack far = farPeer().stack(transport(), credentials, content);
        stacks.add(far);
        end = near.connect(far.serve(serving()));
      }
    }

    @TearDown
    public void close() throws IOException {
      end.close();
      for (TlsStack stack : stacks) {
        stack.close();
      }
    }
  }

  /** From a JDK's socket. */
  public static class Read extends Stream {
    @Override
    TlsPeer farPeer() {
      return TlsPeer.SSL_SOCKET;
    }

    @Override
    TlsServing serving() {
      return TlsServing.SEND;
    }
  }

  /** To a JDK's socket. */
  public static class Write extends Stream {
    @Override
    TlsPeer farPeer() {
      return TlsPeer.SSL_SOCKET;
    }
  }

  /** To the same make. */
  public static class Both extends Stream {}

  /** To the same make, in memory. */
  public static class BothInMemory extends Stream {
    @Override
    TlsPeer.Transport transport() {
      return TlsPeer.Transport.MEMORY;
    }
  }

  /** The processor time of the client's side. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Cpu {
    public long cpuNanos;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void read(Read stream, Cpu cpu) throws IOException {
    long before = stream.end.cpuNanos();
    stream.end.receive(BATCH * MIB);
    cpu.cpuNanos += stream.end.cpuNanos() - before;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void write(Write stream, Cpu cpu) throws IOException {
    send(stream, cpu);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void both(Both stream, Cpu cpu) throws IOException {
    send(stream, cpu);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void bothInMemory(BothInMemory stream, Cpu cpu) throws IOException {
    send(stream, cpu);
  }

  private static void send(Stream stream, Cpu cpu) throws IOException {
    long before = stream.end.cpuNanos();
    stream.end.send(BATCH * MIB);
    cpu.cpuNanos += stream.end.cpuNanos() - before;
  }
}
