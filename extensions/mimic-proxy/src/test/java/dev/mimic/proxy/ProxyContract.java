package dev.mimic.proxy;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Throwables;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import dev.mimic.peers.Daemon;
import dev.mimic.testkit.BreakingNetwork;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that every proxy passes, on every network.
 *
 * <pre>
 *   client  =====  proxy  =====  echo server
 * </pre>
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
abstract class ProxyContract {
  static final ProxyCredentials LOGIN = new ProxyCredentials("alice", "s3cret");

  /** A proxy that is running. */
  interface RunningProxy extends Closeable {
    HostPort at();
  }

  /** A proxy that is a process on this machine. */
  record RunningDaemon(HostPort at, Daemon daemon) implements RunningProxy {
    @Override
    public void close() throws IOException {
      daemon.close();
    }
  }

  abstract Network network();

  /** Starts a proxy that requires these credentials. */
  abstract RunningProxy start(Optional<ProxyCredentials> required) throws IOException;

  abstract ProxyKind kind();

  private Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
    return kind().hop(at, credentials);
  }

  private String protocol() {
    return kind().protocol();
  }

  static Deadline deadline() {
    return Deadline.after(Duration.ofSeconds(20), TimeSource.system());
  }

  private FlowServer echo() throws IOException {
    return FlowServer.serve(
        network().listen(new HostPort("127.0.0.1", 0)),
        flow -> {
          long unused = flow.inputStream().transferTo(flow.outputStream());
          flow.shutdownOutput();
        });
  }

  private Flow connect(RunningProxy proxy, Optional<ProxyCredentials> login, HostPort to)
      throws IOException {
    return hop(proxy.at(), login).through(network()).connect(to, deadline());
  }

  private HostPort unusedPort() throws IOException {
    try (FlowListener listener = network().listen(new HostPort("127.0.0.1", 0))) {
      return new HostPort("127.0.0.1", URI.create(listener.address()).getPort());
    }
  }

  private static HostPort at(String host, FlowServer server) {
    return new HostPort(host, URI.create(server.address()).getPort());
  }

  /** Returns the description of a direct flow to a host and port. */
  private String direct(HostPort to) throws IOException {
    try (Flow flow = network().connect(to, deadline())) {
      return flow.info().toString();
    }
  }

  /** Sends and receives bytes without a half-close, which some proxies do not relay. */
  private static void assertEchoes(Flow flow) throws IOException, InterruptedException {
    byte[] sent = new byte[1 << 20];
    new Random(1).nextBytes(sent);
    Thread writer =
        Thread.startVirtualThread(
            () -> {
              try {
                flow.write(ByteBuffer.wrap(sent));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    byte[] received = flow.inputStream().readNBytes(sent.length);
    assertThat(Arrays.equals(received, sent)).isTrue();
    writer.join();
  }

  @Test
  void bytes_toAHostName_areRelayed() throws Exception {
    try (FlowServer echo = echo();
        RunningProxy proxy = start(Optional.empty());
        Flow flow = connect(proxy, Optional.empty(), at("localhost", echo))) {
      assertThat(flow.info().toString())
          .isEqualTo(
              "%s(%s by %s)".formatted(protocol(), at("localhost", echo), direct(proxy.at())));
      assertEchoes(flow);
    }
  }

  @Test
  void bytes_toAnAddressWithCredentials_areRelayed() throws Exception {
    try (FlowServer echo = echo();
        RunningProxy proxy = start(Optional.of(LOGIN));
        Flow flow = connect(proxy, Optional.of(LOGIN), at("127.0.0.1", echo))) {
      assertEchoes(flow);
    }
  }

  @Test
  void password_wrong_isReportedWithoutItsText() throws Exception {
    try (FlowServer echo = echo();
        RunningProxy proxy = start(Optional.of(LOGIN))) {
      ProxyCredentials wrong = new ProxyCredentials("alice", "guess");
      IOException e =
          assertThrows(
              IOException.class, () -> connect(proxy, Optional.of(wrong), at("localhost", echo)));
      assertThat(e).hasMessageThat().contains("refused the user alice or the password");
      assertThat(e).hasMessageThat().doesNotContain("guess");
    }
  }

  @Test
  void credentials_missing_areRequested() throws Exception {
    try (FlowServer echo = echo();
        RunningProxy proxy = start(Optional.of(LOGIN))) {
      IOException e =
          assertThrows(
              IOException.class, () -> connect(proxy, Optional.empty(), at("localhost", echo)));
      assertThat(e).hasMessageThat().contains("add USER:PASSWORD@ to its address");
    }
  }

  @Test
  void destination_withoutListener_isReported() throws Exception {
    HostPort unused = unusedPort();
    try (RunningProxy proxy = start(Optional.empty())) {
      IOException e =
          assertThrows(IOException.class, () -> connect(proxy, Optional.empty(), unused));
      assertThat(e).hasMessageThat().contains(" could not connect to %s: ".formatted(unused));
    }
  }

  @Test
  void server_thatSendsFirst_isHeard() throws Exception {
    try (FlowServer greeter =
            FlowServer.serve(
                network().listen(new HostPort("127.0.0.1", 0)),
                flow -> flow.write(ByteBuffer.wrap("220 hello\r\n".getBytes(UTF_8))));
        RunningProxy proxy = start(Optional.empty());
        Flow flow = connect(proxy, Optional.empty(), at("localhost", greeter))) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("220 hello\r\n");
    }
  }

  @Test
  void hops_twoProxies_nest() throws Exception {
    try (FlowServer echo = echo();
        RunningProxy first = start(Optional.empty());
        RunningProxy second = start(Optional.of(LOGIN))) {
      Network through =
          hop(second.at(), Optional.of(LOGIN))
              .through(hop(first.at(), Optional.empty()).through(network()));
      try (Flow flow = through.connect(at("localhost", echo), deadline())) {
        assertThat(flow.info().toString())
            .isEqualTo(
                "%1$s(%2$s by %1$s(%3$s by %4$s))"
                    .formatted(protocol(), at("localhost", echo), second.at(), direct(first.at())));
        assertEchoes(flow);
      }
    }
  }

  @Test
  void hop_unreachable_failsWithoutADirectConnection() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    HostPort unused = unusedPort();
    try (FlowServer server =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)), flow -> accepted.incrementAndGet())) {
      MimicResolver resolver = MimicResolver.builder().network(network()).build();
      Context context = Context.empty().with(Network.HOPS, List.of(hop(unused, Optional.empty())));
      assertThrows(
          ResolutionException.class,
          () ->
              resolver.with(context).withTimeout(Duration.ofSeconds(5)).resolve(server.address()));
      assertThat(accepted.get()).isEqualTo(0);
    }
  }

  @Test
  void plan_withHop_showsItWithoutPassword() throws Exception {
    MimicResolver resolver = MimicResolver.builder().network(network()).build();
    Network.Hop hop = hop(new HostPort("proxy.example", 99), Optional.of(LOGIN));
    String plan = resolver.with(Network.HOPS, List.of(hop)).plan("tcp://a.example:80/").toString();
    String proxy = network().describe(new HostPort("proxy.example", 99));
    assertThat(plan).contains("%s(a.example:80 by %s)".formatted(protocol(), proxy));
    assertThat(plan).doesNotContain(LOGIN.password());
    assertThat(hop.toString()).doesNotContain(LOGIN.password());
  }

  @Test
  void connect_silentProxy_timesOut() throws Exception {
    try (FlowServer silent =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)),
            flow -> {
              byte[] unused = flow.inputStream().readAllBytes(); // until the client closes
            })) {
      Network through = hop(at("127.0.0.1", silent), Optional.empty()).through(network());
      SocketTimeoutException e =
          assertThrows(
              SocketTimeoutException.class,
              () ->
                  through.connect(
                      new HostPort("a.example", 80),
                      Deadline.after(Duration.ofMillis(300), TimeSource.system())));
      assertThat(e).hasMessageThat().contains("about a.example:80: not done within 300 ms");
    }
  }

  @Test
  void connect_notAProxy_reportsTheProtocol() throws Exception {
    try (FlowServer other =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)),
            flow -> {
              flow.write(ByteBuffer.wrap("220 mail.example ESMTP\r\n\r\n".getBytes(UTF_8)));
              byte[] unused = flow.inputStream().readAllBytes();
            })) {
      Network through = hop(at("127.0.0.1", other), Optional.empty()).through(network());
      IOException e =
          assertThrows(
              IOException.class, () -> through.connect(new HostPort("a.example", 80), deadline()));
      assertThat(e).hasMessageThat().containsMatch("does not speak SOCKS5|did not answer in HTTP");
    }
  }

  @Test
  void connect_proxyCloses_reportsThePendingRequest() throws Exception {
    try (FlowServer leaving =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)),
            flow -> flow.read(ByteBuffer.allocate(1000)))) {
      Network through = hop(at("127.0.0.1", leaving), Optional.empty()).through(network());
      IOException e =
          assertThrows(
              IOException.class, () -> through.connect(new HostPort("a.example", 80), deadline()));
      assertThat(e).hasMessageThat().contains("closed the connection before it answered");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void handshake_brokenAtAnyStep_reportsStepAndCause(boolean reset) throws Exception {
    Supplier<IOException> failure =
        () -> reset ? new PeerGoneException("broken off") : new IOException("broken off");
    List<String> messages = new ArrayList<>();
    try (FlowServer echo = echo();
        RunningProxy first = start(Optional.empty());
        RunningProxy second = start(Optional.of(LOGIN))) {
      Network lower = hop(first.at(), Optional.empty()).through(network());
      BreakingNetwork breaking;
      do { // the second of two hops
        breaking = BreakingNetwork.of(lower, messages.size(), failure);
        Network through = hop(second.at(), Optional.of(LOGIN)).through(breaking);
        try {
          through.connect(at("localhost", echo), deadline()).close();
        } catch (IOException e) {
          assertThat(Throwables.getRootCause(e)).hasMessageThat().isEqualTo("broken off");
          assertThat(e instanceof PeerGoneException).isEqualTo(reset);
          messages.add(String.valueOf(e.getMessage()));
        }
      } while (breaking.hasBroken());
      String proxy = Pattern.quote(second.at().toString());
      for (String each : messages) {
        assertThat(each).matches("the (SOCKS5|HTTP) proxy " + proxy + " .* before it answered .*");
      }
    }
    Set<String> steps = new LinkedHashSet<>();
    messages.forEach(
        each -> steps.add(each.replaceAll("^.* answered |(:\\d+)?(: broken off)?$", "")));
    assertThat(steps).containsExactlyElementsIn(kind().steps()).inOrder();
  }

  @Test
  void listen_throughProxy_isRefused() {
    Network through = hop(new HostPort("p.example", 1), Optional.empty()).through(network());
    IOException e =
        assertThrows(IOException.class, () -> through.listen(new HostPort("127.0.0.1", 0)));
    assertThat(e).hasMessageThat().contains("listen without hops");
  }
}
