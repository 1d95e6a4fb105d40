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
 * What holds through every proxy, whoever wrote it and whatever network it is on.
 *
 * <pre>
 *   client  =====  proxy  =====  echo server
 * </pre>
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
abstract class ProxyLines {
  static final ProxyCredentials WHO = new ProxyCredentials("alice", "s3cret");

  /** A proxy that runs. */
  interface Running extends Closeable {
    HostPort at();
  }

  abstract Network network();

  /** Starts a proxy, which wants these credentials. */
  abstract Running start(Optional<ProxyCredentials> wanted) throws IOException;

  abstract ProxyKind kind();

  private Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
    return kind().hop(at, credentials);
  }

  private String protocol() {
    return kind().protocol();
  }

  static Deadline soon() {
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

  private Flow connect(Running proxy, Optional<ProxyCredentials> who, HostPort to)
      throws IOException {
    return hop(proxy.at(), who).through(network()).connect(to, soon());
  }

  private HostPort whereNobodyListens() throws IOException {
    try (FlowListener listener = network().listen(new HostPort("127.0.0.1", 0))) {
      return new HostPort("127.0.0.1", URI.create(listener.address()).getPort());
    }
  }

  private static HostPort at(String host, FlowServer server) {
    return new HostPort(host, URI.create(server.address()).getPort());
  }

  /** Returns how a flow to this place is described. */
  private String direct(HostPort to) throws IOException {
    try (Flow flow = network().connect(to, soon())) {
      return flow.info().toString();
    }
  }

  /** Without a half-close, which not every proxy passes on. */
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
  void bytesGoThroughToAName() throws Exception {
    try (FlowServer echo = echo();
        Running proxy = start(Optional.empty());
        Flow flow = connect(proxy, Optional.empty(), at("localhost", echo))) {
      assertThat(flow.info().toString())
          .isEqualTo(
              "%s(%s by %s)".formatted(protocol(), at("localhost", echo), direct(proxy.at())));
      assertEchoes(flow);
    }
  }

  @Test
  void bytesGoThroughToAnAddressWithUserAndPassword() throws Exception {
    try (FlowServer echo = echo();
        Running proxy = start(Optional.of(WHO));
        Flow flow = connect(proxy, Optional.of(WHO), at("127.0.0.1", echo))) {
      assertEchoes(flow);
    }
  }

  @Test
  void wrongPasswordIsToldAndNotShown() throws Exception {
    try (FlowServer echo = echo();
        Running proxy = start(Optional.of(WHO))) {
      ProxyCredentials wrong = new ProxyCredentials("alice", "guess");
      IOException e =
          assertThrows(
              IOException.class, () -> connect(proxy, Optional.of(wrong), at("localhost", echo)));
      assertThat(e).hasMessageThat().contains("refused the user alice or the password");
      assertThat(e).hasMessageThat().doesNotContain("guess");
    }
  }

  @Test
  void missingPasswordIsAskedFor() throws Exception {
    try (FlowServer echo = echo();
        Running proxy = start(Optional.of(WHO))) {
      IOException e =
          assertThrows(
              IOException.class, () -> connect(proxy, Optional.empty(), at("localhost", echo)));
      assertThat(e).hasMessageThat().contains("give it a user and a password");
    }
  }

  @Test
  void whereNobodyListensItSaysSo() throws Exception {
    HostPort gone = whereNobodyListens();
    try (Running proxy = start(Optional.empty())) {
      IOException e = assertThrows(IOException.class, () -> connect(proxy, Optional.empty(), gone));
      assertThat(e).hasMessageThat().startsWith("no connection to %s, says the ".formatted(gone));
    }
  }

  @Test
  void theServerMaySpeakFirst() throws Exception {
    try (FlowServer greeter =
            FlowServer.serve(
                network().listen(new HostPort("127.0.0.1", 0)),
                flow -> flow.write(ByteBuffer.wrap("220 hello\r\n".getBytes(UTF_8))));
        Running proxy = start(Optional.empty());
        Flow flow = connect(proxy, Optional.empty(), at("localhost", greeter))) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("220 hello\r\n");
    }
  }

  @Test
  void proxiesNest() throws Exception {
    try (FlowServer echo = echo();
        Running first = start(Optional.empty());
        Running second = start(Optional.of(WHO))) {
      Network through =
          hop(second.at(), Optional.of(WHO))
              .through(hop(first.at(), Optional.empty()).through(network()));
      try (Flow flow = through.connect(at("localhost", echo), soon())) {
        assertThat(flow.info().toString())
            .isEqualTo(
                "%1$s(%2$s by %1$s(%3$s by %4$s))"
                    .formatted(protocol(), at("localhost", echo), second.at(), direct(first.at())));
        assertEchoes(flow);
      }
    }
  }

  @Test
  void aHopThatFailsIsAFailureAndNoDirectConnection() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    HostPort gone = whereNobodyListens();
    try (FlowServer server =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)), flow -> accepted.incrementAndGet())) {
      MimicResolver resolver = MimicResolver.builder().network(network()).build();
      Context context = Context.empty().with(Network.HOPS, List.of(hop(gone, Optional.empty())));
      assertThrows(
          ResolutionException.class,
          () ->
              resolver.with(context).withTimeout(Duration.ofSeconds(5)).resolve(server.address()));
      assertThat(accepted.get()).isEqualTo(0);
    }
  }

  @Test
  void aPlanShowsTheHop() throws Exception {
    MimicResolver resolver = MimicResolver.builder().network(network()).build();
    Network.Hop hop = hop(new HostPort("proxy.example", 99), Optional.of(WHO));
    String plan = resolver.with(Network.HOPS, List.of(hop)).plan("tcp://a.example:80/").toString();
    String proxy = network().describe(new HostPort("proxy.example", 99));
    assertThat(plan).contains("%s(a.example:80 by %s)".formatted(protocol(), proxy));
    assertThat(plan).doesNotContain(WHO.password());
    assertThat(hop.toString()).doesNotContain(WHO.password());
  }

  @Test
  void silentProxyIsGivenUpAtTheDeadline() throws Exception {
    try (FlowServer silent =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)),
            flow -> {
              byte[] unused = flow.inputStream().readAllBytes(); // until it is given up
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
  void whatIsNoProxyIsFoundOut() throws Exception {
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
              IOException.class, () -> through.connect(new HostPort("a.example", 80), soon()));
      assertThat(e).hasMessageThat().containsMatch("does not (speak SOCKS5|answer in HTTP)");
    }
  }

  @Test
  void aProxyThatLeavesIsTold() throws Exception {
    try (FlowServer leaving =
        FlowServer.serve(
            network().listen(new HostPort("127.0.0.1", 0)),
            flow -> flow.read(ByteBuffer.allocate(1000)))) {
      Network through = hop(at("127.0.0.1", leaving), Optional.empty()).through(network());
      IOException e =
          assertThrows(
              IOException.class, () -> through.connect(new HostPort("a.example", 80), soon()));
      assertThat(e).hasMessageThat().contains("closed the connection before it answered");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void login_brokenAtEachOfItsSteps_saysWhereAndByWhat(boolean reset) throws Exception {
    Supplier<IOException> failure =
        () -> reset ? new PeerGoneException("broken off") : new IOException("broken off");
    List<String> told = new ArrayList<>();
    try (FlowServer echo = echo();
        Running first = start(Optional.empty());
        Running second = start(Optional.of(WHO))) {
      Network lower = hop(first.at(), Optional.empty()).through(network());
      BreakingNetwork breaking;
      do { // the second of two hops
        breaking = BreakingNetwork.of(lower, told.size(), failure);
        Network through = hop(second.at(), Optional.of(WHO)).through(breaking);
        try {
          through.connect(at("localhost", echo), soon()).close();
        } catch (IOException e) {
          assertThat(Throwables.getRootCause(e)).hasMessageThat().isEqualTo("broken off");
          assertThat(e instanceof PeerGoneException).isEqualTo(reset);
          told.add(String.valueOf(e.getMessage()));
        }
      } while (breaking.hasBroken());
      String proxy = Pattern.quote(second.at().toString());
      for (String each : told) {
        assertThat(each).matches("the (SOCKS5|HTTP) proxy " + proxy + " .* before it answered .*");
      }
    }
    Set<String> steps = new LinkedHashSet<>();
    told.forEach(each -> steps.add(each.replaceAll("^.* answered |(:\\d+)?(: broken off)?$", "")));
    assertThat(steps).containsExactlyElementsIn(kind().steps()).inOrder();
  }

  @Test
  void listeningThroughItIsRefused() {
    Network through = hop(new HostPort("p.example", 1), Optional.empty()).through(network());
    IOException e =
        assertThrows(IOException.class, () -> through.listen(new HostPort("127.0.0.1", 0)));
    assertThat(e).hasMessageThat().contains("listen without hops");
  }
}
