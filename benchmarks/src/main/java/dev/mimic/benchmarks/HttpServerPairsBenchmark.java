package dev.mimic.benchmarks;

import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
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
 * GET of 100 bytes and of 10 MB from an {@code HttpServer} over TCP and from a Jetty with its own
 * connector, in turns: HTTP/1.1 in clear, HTTP/2 over TLS, with one connection and with 32. The
 * figures are the two counters of {@link PairTimes}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 20, time = 1)
@Measurement(iterations = 6, time = 1)
public class HttpServerPairsBenchmark {

  @Param({"jetty"})
  public String peer = "";

  @Param({"http1", "http2"})
  public String version = "";

  @Param({"100", "10000000"})
  public int bytes;

  @Param({"1", "32"})
  public int connections;

  private HttpServing mimic;
  private HttpServing other;
  private HttpLoad onMimic;
  private HttpLoad onOther;

  @Setup
  public void start() throws Exception {
    TlsCredentials tls = TlsCredentials.create();
    byte[] content = new byte[bytes];
    boolean http2 = version.equals("http2");
    mimic = HttpServing.start("mimic", http2, tls, content);
    other = HttpServing.start(peer, http2, tls, content);
    onMimic = load(mimic, http2, tls);
    onOther = load(other, http2, tls);
  }

  private HttpLoad load(HttpServing server, boolean http2, TlsCredentials tls) throws Exception {
    return http2
        ? HttpLoad.http2(server.port(), connections, bytes, tls.context(), trustManager(tls))
        : HttpLoad.http1(server.port(), connections, bytes);
  }

  private static X509TrustManager trustManager(TlsCredentials tls) throws Exception {
    return (X509TrustManager) tls.trustManagers().getTrustManagers()[0];
  }

  @TearDown
  public void close() throws Exception {
    onMimic.close();
    onOther.close();
    try {
      mimic.close();
    } finally {
      other.close();
    }
  }

  @Benchmark
  public void pair(PairTimes times) throws Exception {
    int requestsEach = bytes > 1000 ? 1 : Math.max(4, 200 / connections);
    times.add(() -> onMimic.run(requestsEach), () -> onOther.run(requestsEach));
  }
}
