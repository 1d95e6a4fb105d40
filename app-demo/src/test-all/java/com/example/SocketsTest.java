package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.sockets.FlowServerSocketFactory;
import dev.mimic.sockets.FlowSocketFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

class SocketsTest {

  @Test
  void sockets_overNetworkInMemory_exchangeBytes() throws IOException {
    MimicResolver resolver = MimicResolver.builder().network(InMemoryNetwork.create()).build();
    SocketFactory clients = FlowSocketFactory.of(resolver);
    ServerSocketFactory servers = FlowServerSocketFactory.of(resolver);

    try (ServerSocket listening = servers.createServerSocket(8080);
        Socket client = clients.createSocket("localhost", 8080);
        Socket server = listening.accept()) {
      client.getOutputStream().write('x');
      assertThat(server.getInputStream().read()).isEqualTo((int) 'x');
    }
  }
}
