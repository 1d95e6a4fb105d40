package dev.mimic.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
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
 * The MiB per second that one side of a TLS connection reads or writes if it never waits. The other
 * side is an engine of the JDK. It creates all its records before they are read, and decrypts and
 * checks the written ones afterwards, outside of the measured time. All runs in one thread and in
 * memory, where the transport is a copy.
 *
 * <p>All write chunks of 64 KiB, and read into buffers of that size. Netty's pipeline is in an
 * embedded channel, and gets 64 KiB at a time in a pooled buffer of the kind that its provider
 * prefers. {@code SSLSocket} is layered over a socket with in-memory streams.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TlsSideBenchmark {
  private static final int MIB = 1024 * 1024;
  private static final int BATCH = 8;
  private static final int CHUNK_BYTES = 64 * 1024;

  /** The two sides, of which one is measured. */
  @State(Scope.Thread)
  public static class Connection {
    /** The implementation of the measured side. */
    @Param public TlsPeer peer = TlsPeer.MIMIC;

    private TlsStack stack;
    TlsLink link;
    TlsEnd end;

    @Setup
    public void open() throws IOException {
      TlsCredentials credentials = TlsCredentials.create();
      TlsContent content = TlsContent.inChunksOf(CHUNK_BYTES);
      stack = peer.stack(TlsPeer.Transport.MEMORY, credentials, content);
      link = new TlsLink(credentials, content, BATCH * MIB);
      end = stack.over(link);
    }

    @TearDown
    public void close() throws IOException {
      end.close();
      stack.close();
    }
  }

  /** Has something to be read. */
  public static class ToRead extends Connection {
    @Setup(Level.Invocation)
    public void send() throws IOException {
      link.send(BATCH * MIB);
    }
  }

  /** Is written to. */
  public static class ToWrite extends Connection {
    @TearDown(Level.Invocation)
    public void receive() throws IOException {
      link.receive(BATCH * MIB);
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void read(ToRead connection) throws IOException {
    connection.end.receive(BATCH * MIB);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void write(ToWrite connection) throws IOException {
    connection.end.send(BATCH * MIB);
  }
}
