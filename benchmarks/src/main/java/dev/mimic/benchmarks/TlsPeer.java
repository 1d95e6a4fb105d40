package dev.mimic.benchmarks;

import dev.mimic.Network;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.TcpNetwork;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.Optional;

/** An implementation of TLS. */
public enum TlsPeer {
  /** Mimic, with the JDK's provider. */
  MIMIC,
  /** The JDK's socket. */
  SSL_SOCKET,
  /** Netty, with the JDK's provider. */
  NETTY_JDK,
  /** Netty, with BoringSSL. */
  NETTY_TCNATIVE,
  /** tls-channel, with the JDK's provider. */
  TLS_CHANNEL;

  /** The transport. */
  public enum Transport {
    /** TCP of this host. */
    LOOPBACK,
    /** In memory: Mimic's network, and Netty's own. */
    MEMORY
  }

  TlsStack stack(Transport transport, TlsCredentials credentials, TlsContent content)
      throws IOException {
    boolean loopback = transport == Transport.LOOPBACK;
    Network network = loopback ? TcpNetwork.create() : InMemoryNetwork.create();
    return switch (this) {
      case MIMIC -> new TlsMimic(network, credentials, content);
      case SSL_SOCKET ->
          new TlsSockets(loopback ? Optional.empty() : Optional.of(network), credentials, content);
      case NETTY_JDK -> new TlsNetty(transport, SslProvider.JDK, credentials, content);
      case NETTY_TCNATIVE -> new TlsNetty(transport, SslProvider.OPENSSL, credentials, content);
      case TLS_CHANNEL -> new TlsLibrary(network, credentials, content);
    };
  }
}
