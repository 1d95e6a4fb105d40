package dev.mimic.benchmarks;

import java.util.concurrent.TimeUnit;
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
 * An echo server with many flows at once, each of which always has one request of 64 bytes under
 * way: the time for a request, of all flows together.
 *
 * <p>The server alone is in this process; {@link EchoLoad} is the same for all. It is Mimic's
 * {@code FlowServer}, or the same written by hand on {@code SocketChannel}, with a virtual thread
 * for each connection, or Netty with an event loop for each processor: see {@link EchoServer}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class EchoBenchmark {
  private static final int REQUESTS = 10_000;

  @Param({"mimic", "socket-channel", "netty-nio", "netty-epoll"})
  public String peer = "";

  @Param({"1", "10", "100", "1000", "10000"})
  public int flows;

  private EchoServer server;
  private EchoClients clients;

  @Setup
  public void connect() throws Exception {
    server = EchoServer.start(peer);
    EchoClients.warmUp(server);
    clients = EchoClients.connect(flows, server);
  }

  @TearDown
  public void close() throws Exception {
    try {
      clients.close();
    } finally {
      server.close();
    }
  }

  @Benchmark
  @OperationsPerInvocation(REQUESTS)
  public void requests() throws Exception {
    clients.run(server, REQUESTS / flows);
  }
}
