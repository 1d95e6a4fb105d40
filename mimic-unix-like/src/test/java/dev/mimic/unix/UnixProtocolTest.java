package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.unix.Loopback.readOne;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.Verdict;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of Unix domain sockets by addresses and contexts. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnixProtocolTest {
  private final MimicResolver resolver = newResolver();
  private SocketFolder sockets;

  private static MimicResolver newResolver() {
    return Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);
  }

  @BeforeEach
  void open() throws IOException {
    sockets = SocketFolder.open();
  }

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  @Test
  void address_bothForms_reachListener() throws Exception {
    try (FlowListener listener = resolver.listen("unix:" + sockets.socket("x"))) {
      assertExchange(resolver, "unix:" + sockets.socket("x"), listener);
      assertExchange(resolver, "unix://" + sockets.socket("x"), listener);
      assertExchange(resolver, "UNIX:" + sockets.socket("x"), listener);
    }
    try (FlowListener listener = resolver.listen("unix://" + sockets.socket("x"))) {
      assertThat(listener.address()).isEqualTo("unix:" + sockets.socket("x"));
    }
  }

  private static void assertExchange(MimicResolver from, String address, FlowListener listener)
      throws IOException {
    try (Flow near = from.resolve(address);
        Flow far = listener.accept()) {
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
      far.write(ByteBuffer.allocate(1));
      assertThat(readOne(near)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "50%", "a?b#c", "user@host", "a:b", "x;y,z", "[1]", "\\", "+", "~", "%41"})
  void address_unusualFileName_reachesListener(String name) throws Exception {
    Path socket = sockets.socket(name);
    try (FlowListener listener = resolver.listen("unix:" + Address.encodePath(socket.toString()))) {
      assertThat(Files.exists(socket)).isTrue();
      assertExchange(resolver, listener.address(), listener);
      try (Flow near = resolver.resolve(listener.address())) {
        assertThat(near.info().remote()).isEqualTo(socket.toString());
      }
    }
  }

  @Test
  void connect_fromOtherResolver_reachesListener() throws Exception {
    MimicResolver other = newResolver();
    try (FlowListener listener = other.listen("unix:" + sockets.socket("x"))) {
      assertExchange(resolver, listener.address(), listener);
      assertThrows(ResolutionException.class, () -> resolver.listen(listener.address()));
      assertExchange(resolver, listener.address(), listener.accept(), listener);
    }
  }

  /** Exchanges data. The refused listener's probe is accepted first, and ends immediately. */
  private static void assertExchange(
      MimicResolver from, String address, Flow probe, FlowListener listener) throws IOException {
    assertThat(readOne(probe)).isEqualTo(-1);
    probe.close();
    assertExchange(from, address, listener);
  }

  @Test
  void resolve_contextWithPathOnly_usesSocket() throws Exception {
    try (FlowListener listener = resolver.listen("unix:" + sockets.socket("x"));
        Flow near =
            resolver
                .withTimeout(Duration.ofSeconds(20))
                .resolve(Context.empty().with(Address.PATH, sockets.socket("x").toString()))) {
      assertThat(near.info().protocol()).isEqualTo("unix");
      listener.accept().close();
    }
  }

  @Test
  void listen_permissionsInContext_areApplied() throws Exception {
    Context group =
        Context.empty()
            .with(UnixProtocol.PERMISSIONS, PosixFilePermissions.fromString("rw-rw----"));
    try (FlowListener listener = resolver.with(group).listen("unix:" + sockets.socket("x"))) {
      assertThat(Files.getPosixFilePermissions(sockets.socket("x")))
          .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
      assertExchange(resolver, listener.address(), listener);
    }
  }

  @Test
  void plan_ofAddress_namesSocket() throws Exception {
    assertThat(resolver.plan("unix:/run/x.sock").toString())
        .isEqualTo(
            """
            unix:/run/x.sock
              unix  (the scheme "unix" names it; by UnixLikeModule)
                connects to unix(/run/x.sock)
                unix.endpoint  (from path, host?, query?, network.hops or none; by UnixLikeModule)
                  path = /run/x.sock  (from the address)
                  host: none  (nothing gives it)
                  query: none  (nothing gives it)
                  network.hops = none by default  (nothing gives it)
            """
                .stripTrailing());
  }

  @Test
  void connect_throughHops_isRefused() throws Exception {
    try (FlowListener listener = resolver.listen("unix:" + sockets.socket("x"))) {
      String address = listener.address();
      Network.Hop hop = lower -> lower;
      Context through = Context.empty().with(Network.HOPS, List.of(hop));
      ResolutionException refused =
          assertThrows(
              ResolutionException.class,
              () -> resolver.with(through).withTimeout(Duration.ofSeconds(20)).resolve(address));
      assertThat(refused).hasMessageThat().contains("leave the hops out for this address");
      assertThat(resolver.with(through).plan(address).toString())
          .contains("leave the hops out for this address");

      Context undecided =
          Context.empty()
              .with(
                  Derivation.of(
                      Network.HOPS,
                      Derivation.required(Address.USER),
                      user -> Verdict.of(List.of(hop))));
      assertThrows(
          ResolutionException.class,
          () -> resolver.with(undecided).withTimeout(Duration.ofSeconds(20)).resolve(address));

      Context none = Context.empty().with(Network.HOPS, List.of());
      resolver.with(none).withTimeout(Duration.ofSeconds(20)).resolve(address).close();
      listener.accept().close();
    }
  }

  @Test
  void listen_withHops_ignoresThem() throws Exception {
    Network.Hop hop = lower -> lower;
    Context through = Context.empty().with(Network.HOPS, List.of(hop));
    try (FlowListener listener = resolver.with(through).listen("unix:" + sockets.socket("x"))) {
      assertExchange(resolver, listener.address(), listener);
    }
  }

  @Test
  void address_malformed_saysWhatToWrite() {
    assertRefused("unix://run/x.sock", "has a path and no host: write unix:/run/x.sock");
    assertRefused("unix://host", "the address has no path");
    assertRefused("unix:x.sock", "write unix:" + Path.of("x.sock").toAbsolutePath());
    assertRefused("unix:/run/x?y", "write %3F for a '?'");
    assertRefused("unix:/", "the path names a folder");
    assertRefused("unix:", "it names no host and no path");
    assertRefused("unix:///run/a b", "is a space: leave it out, or write %20");
    assertRefused("unix:/run/%00", "stands for a control character");
    assertRefused("/run/x.sock", "write unix:/path/of/socket");
  }

  private void assertRefused(String address, String because) {
    for (ResolutionException each :
        List.of(
            assertThrows(ResolutionException.class, () -> resolver.resolve(address)),
            assertThrows(ResolutionException.class, () -> resolver.listen(address)))) {
      assertWithMessage(address).that(each).hasMessageThat().contains(because);
    }
  }

  @Test
  void connect_fails_isOneLine() {
    ResolutionException failure =
        assertThrows(
            ResolutionException.class, () -> resolver.resolve("unix:" + sockets.socket("x")));
    assertThat(failure)
        .hasMessageThat()
        .contains("there is no " + sockets.socket("x") + ": is its server running?");
    assertThat(failure).hasCauseThat().isInstanceOf(ConnectException.class);
  }

  @Test
  void endpoint_notAbsoluteFile_isRefused() {
    for (String bad : List.of("x.sock", "/")) {
      assertThat(
              assertThrows(
                  IllegalArgumentException.class, () -> UnixProtocol.Endpoint.of(Path.of(bad))))
          .hasMessageThat()
          .isEqualTo("socket (" + bad + ") must be an absolute path of a file");
    }
  }
}
