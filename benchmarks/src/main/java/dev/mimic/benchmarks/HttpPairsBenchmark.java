package dev.mimic.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.mimic.peers.Nginx;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * GET by a client of mimic-http and by a peer in turns, as in {@link TcpPairsBenchmark}, from one
 * nginx on loopback: of 100 bytes and of 10 MB, one after the other and 32 at a time.
 *
 * <p>The processor time is that of the whole process in the turn: a client has threads of its own,
 * and nginx is in another process. It depends less than the time on what else the machine does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 20, time = 1)
@Measurement(iterations = 8, time = 1)
public class HttpPairsBenchmark {
  private static final int MANY = 32;
  private static final int SMALL = 100;
  private static final int LARGE = 10_000_000;
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Param({"OKHTTP", "JDK"})
  public HttpPeer peer = HttpPeer.OKHTTP;

  @Param({"http1", "http1-tls", "http2-tls"})
  public String protocol = "";

  @Param({"get100", "get10MB", "get100-32atATime", "get10MB-32atATime"})
  public String work = "";

  private final ExecutorService threads = Executors.newFixedThreadPool(MANY);
  private final ThreadLocal<byte[]> room = ThreadLocal.withInitial(() -> new byte[64 * 1024]);
  private Path folder;
  private Nginx server;
  private HttpStack mimic;
  private HttpStack other;
  private String url;
  private int size;

  /** The processor time of the process in each one's turns. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class CpuTimes {
    public long mimicCpuNanos;
    public long peerCpuNanos;
  }

  @Setup
  public void open() throws IOException {
    TlsCredentials credentials = TlsCredentials.create();
    folder = Files.createTempDirectory("http-benchmark");
    server = serve(credentials);
    boolean http2 = protocol.startsWith("http2");
    String base = protocol.endsWith("-tls") ? server.tlsUrl() : server.url();
    size = work.startsWith("get100") ? SMALL : LARGE;
    url = base.replace("localhost", TlsCredentials.HOST) + "/" + size;
    mimic = HttpPeer.MIMIC.client(credentials, http2);
    other = peer.client(credentials, http2);
  }

  private Nginx serve(TlsCredentials credentials) throws IOException {
    Path chain = pem("CERTIFICATE", credentials.chain()[0]::getEncoded);
    Path key = pem("PRIVATE KEY", credentials.key()::getEncoded);
    Nginx nginx =
        Nginx.start(
            folder,
            chain,
            key,
            "keepalive_requests 1000000000;",
            "ssl_conf_command Ciphersuites " + TlsCredentials.SUITE + ";",
            "sendfile on;");
    for (int each : List.of(SMALL, LARGE)) {
      byte[] content = new byte[each];
      new Random(each).nextBytes(content);
      Files.write(nginx.www().resolve("" + each), content);
    }
    return nginx;
  }

  private Path pem(String what, Callable<byte[]> encoded) throws IOException {
    try {
      String base64 = Base64.getMimeEncoder().encodeToString(encoded.call());
      return Files.writeString(
          folder.resolve(what.replace(' ', '-') + ".pem"),
          "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, base64, what));
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @TearDown
  public void close() throws IOException {
    threads.shutdownNow();
    mimic.close();
    other.close();
    server.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Benchmark
  public void pair(PairTimes times, CpuTimes cpu) throws Exception {
    times.add(
        () -> cpu.mimicCpuNanos += cpuNanosOfTurn(mimic),
        () -> cpu.peerCpuNanos += cpuNanosOfTurn(other));
  }

  private long cpuNanosOfTurn(HttpStack client) throws Exception {
    long before = PROCESS.getProcessCpuTime();
    switch (work) {
      case "get100" -> get(client, 100);
      case "get10MB" -> get(client, 2);
      case "get100-32atATime" -> getAtATime(client, 20);
      case "get10MB-32atATime" -> getAtATime(client, 1);
      default -> throw new IllegalArgumentException("no such work: " + work);
    }
    return PROCESS.getProcessCpuTime() - before;
  }

  private void getAtATime(HttpStack client, int timesEach) throws Exception {
    List<Future<?>> started = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      started.add(
          threads.submit(
              () -> {
                get(client, timesEach);
                return null;
              }));
    }
    for (Future<?> each : started) {
      each.get();
    }
  }

  private void get(HttpStack client, int count) throws IOException, InterruptedException {
    byte[] bytes = room.get();
    for (int i = 0; i < count; i++) {
      long received = 0;
      try (InputStream content = client.get(url)) {
        for (int n = content.read(bytes); n >= 0; n = content.read(bytes)) {
          received += n;
        }
      }
      if (received != size) {
        throw new IOException("%d bytes were received of %d".formatted(received, size));
      }
    }
  }
}
