package dev.mimic.ssh;

import com.google.inject.Guice;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import dev.mimic.guice.MimicModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.TcpNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** An implementation of SSH servers, and the network for them. */
abstract class SshPeer {
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Network network;
  private final MimicResolver resolver;

  private SshPeer(Network network, MimicModule target) {
    this.network = network;
    this.resolver = Guice.createInjector(target, new SshModule()).getInstance(MimicResolver.class);
  }

  /** Returns OpenSSH's server over TCP on loopback. */
  static SshPeer openSsh() {
    return new SshPeer(TcpNetwork.create(), new UnixLikeModule()) {
      @Override
      Host start(Path folder, OptionalLong rekeyBytes) throws IOException {
        return OpenSshHost.start(this, folder, rekeyBytes);
      }
    };
  }

  /** Returns the server of {@code mimic-ssh-server} in memory. */
  static SshPeer inMemory() {
    InMemoryNetwork network = InMemoryNetwork.create();
    return new SshPeer(network, new InMemoryModule(network)) {
      @Override
      Host start(Path folder, OptionalLong rekeyBytes) throws IOException {
        return InMemoryHost.start(this, folder, rekeyBytes);
      }
    };
  }

  /** Starts a server with its files in the folder. */
  abstract Host start(Path folder, OptionalLong rekeyBytes) throws IOException;

  final Host start(Path folder) throws IOException {
    return start(folder, OptionalLong.empty());
  }

  final Host startRekeying(Path folder, long bytes) throws IOException {
    return start(folder, OptionalLong.of(bytes));
  }

  final Network network() {
    return network;
  }

  final MimicResolver resolver() {
    return resolver;
  }

  static Deadline deadline() {
    return Deadline.after(TIMEOUT, TimeSource.system());
  }

  final Flow connect(HostPort to) throws IOException {
    return network.connect(to, deadline());
  }

  final FlowServer serve(FlowServer.Handler handler) throws IOException {
    return FlowServer.serve(network.listen(new HostPort("127.0.0.1", 0)), handler);
  }

  static HostPort at(FlowServer server) {
    return new HostPort("127.0.0.1", URI.create(server.address()).getPort());
  }

  final HostPort unusedPort() throws IOException {
    try (FlowListener listener = network.listen(new HostPort("127.0.0.1", 0))) {
      return new HostPort("127.0.0.1", URI.create(listener.address()).getPort());
    }
  }
}
