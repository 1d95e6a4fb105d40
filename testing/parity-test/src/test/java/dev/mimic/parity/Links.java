package dev.mimic.parity;

import java.util.List;

/** Scenarios of a link that goes down, so that what either side sends is lost. */
final class Links {
  private Links() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.ofLink(
            "Link down, then up",
            """
            link down: ok
            client write 5: ok
            client read with a timeout: SocketTimeoutException
            server read with a timeout: SocketTimeoutException
            link up: ok
            server read: 5
            server write 7: ok
            client read: 7
            """,
            scene -> {
              Side.Pair pair = scene.pair();
              scene.cutLink();
              pair.client().write(5);
              pair.client().readWithTimeout();
              pair.server().readWithTimeout();
              scene.healLink();
              pair.server().read();
              pair.server().write(7);
              pair.client().read();
            }),
        Scenario.ofLink(
            "Link down, more writes than buffers hold",
            """
            link down: ok
            client write until it blocks: SocketTimeoutException
            server read with a timeout: SocketTimeoutException
            """,
            scene -> {
              Side.Pair pair = scene.pair();
              scene.cutLink();
              pair.client().fill();
              pair.server().readWithTimeout();
            }),
        Scenario.ofLink(
            "Link down, bytes unread",
            """
            client write 5: ok
            link down: ok
            server read: 5
            server read with a timeout: SocketTimeoutException
            """,
            scene -> {
              Side.Pair pair = scene.pair();
              pair.client().write(5);
              pair.server().awaitBytes(5);
              scene.cutLink();
              pair.server().read();
              pair.server().readWithTimeout();
            }),
        Scenario.ofLink(
            "Link down, close, link up",
            """
            link down: ok
            server write 5: ok
            server close: ok
            client read with a timeout: SocketTimeoutException
            link up: ok
            client read: 5
            client read: -1
            """,
            scene -> {
              Side.Pair pair = scene.pair();
              scene.cutLink();
              pair.server().write(5);
              pair.server().close();
              pair.client().readWithTimeout();
              scene.healLink();
              pair.client().read();
              pair.client().read();
            }),
        Scenario.ofLink(
            "Link down, reset, link up; the peer writes",
            """
            link down: ok
            server reset: ok
            client read with a timeout: SocketTimeoutException
            link up: ok
            client read with a timeout: SocketTimeoutException
            client write 5: ok
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            scene -> {
              Side.Pair pair = scene.pair();
              scene.cutLink();
              pair.server().reset();
              pair.client().readWithTimeout();
              scene.healLink();
              pair.client().readWithTimeout();
              pair.client().write(5);
              pair.client().awaitReset();
              pair.client().read();
              pair.client().write(5);
            }),
        Scenario.ofLink(
            "Connect while the link is down",
            """
            link down: ok
            connect with a deadline: SocketTimeoutException
            link up: ok
            connect: ok
            accept: ok
            """,
            scene -> {
              Listening listener = scene.listener();
              scene.cutLink();
              listener.connectWithDeadline();
              scene.healLink();
              listener.connect();
              listener.accept();
            }));
  }
}
