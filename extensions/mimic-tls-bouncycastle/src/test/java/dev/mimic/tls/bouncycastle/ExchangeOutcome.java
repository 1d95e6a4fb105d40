package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.Flow;
import dev.mimic.testkit.Running;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The outcome of an exchange between a client and a server: the failure of each side, if any. */
record ExchangeOutcome(Optional<Exception> client, Optional<Exception> server) {

  /** Runs an exchange in memory, after which both flows must be closed. */
  static ExchangeOutcome of(TlsClient client, TlsServer server) throws Exception {
    return of(Wire.inMemory(), client, server);
  }

  static ExchangeOutcome of(Wire wire, TlsClient client, TlsServer server) throws Exception {
    return of(wire, () -> request(wire, client), () -> respond(wire, server));
  }

  static ExchangeOutcome of(Wire wire, Callable<?> client, Callable<?> server) throws Exception {
    Running<Optional<Exception>> serving = Running.start(VIRTUAL, () -> failure(server));
    Running<Optional<Exception>> requesting = Running.start(VIRTUAL, () -> failure(client));
    try {
      ExchangeOutcome outcome = new ExchangeOutcome(requesting.result(), serving.result());
      assertWithMessage("near end is open").that(wire.near().isOpen()).isFalse();
      assertWithMessage("far end is open").that(wire.far().isOpen()).isFalse();
      return outcome;
    } finally {
      wire.close();
    }
  }

  private static Optional<Exception> failure(Callable<?> side) {
    try {
      side.call();
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(e);
    }
  }

  /** Sends a request, and reads the response to the end of the stream. */
  static String request(Wire wire, TlsClient client) throws IOException {
    try (TlsFlow flow = wire.client(client)) {
      flow.write(US_ASCII.encode("ping"));
      return readAll(flow);
    }
  }

  /** Reads the request and sends the response. */
  static String respond(Wire wire, TlsServer server) throws IOException {
    try (TlsFlow flow = wire.server(server)) {
      byte[] question = flow.inputStream().readNBytes(4);
      flow.write(US_ASCII.encode("pong"));
      return new String(question, US_ASCII);
    }
  }

  static String readAll(Flow flow) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(1024);
    while (flow.read(all) >= 0) {}
    return US_ASCII.decode(all.flip()).toString();
  }

  String clientMessage() {
    return message(client);
  }

  String serverMessage() {
    return message(server);
  }

  private static String message(Optional<Exception> failure) {
    return failure.map(e -> String.valueOf(e.getMessage())).orElse("(no failure)");
  }
}
