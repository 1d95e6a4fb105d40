package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Flow;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What came of a client that asked and a server that answered: nothing, or how each of them failed.
 */
record Meeting(Optional<Exception> client, Optional<Exception> server) {

  /** Lets them meet in memory; in the end nothing is open. */
  static Meeting of(TlsClient client, TlsServer server) throws Exception {
    return of(Wire.inMemory(), client, server);
  }

  static Meeting of(Wire wire, TlsClient client, TlsServer server) throws Exception {
    return of(wire, () -> ask(wire, client), () -> answer(wire, server));
  }

  static Meeting of(Wire wire, Callable<?> client, Callable<?> server) throws Exception {
    Running<Optional<Exception>> serving = Running.start(() -> failure(server));
    Running<Optional<Exception>> asking = Running.start(() -> failure(client));
    try {
      Meeting meeting = new Meeting(asking.result(), serving.result());
      assertWithMessage("near end is open").that(wire.near().isOpen()).isFalse();
      assertWithMessage("far end is open").that(wire.far().isOpen()).isFalse();
      return meeting;
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

  /** Sends a question, reads the answer and the end. */
  static String ask(Wire wire, TlsClient client) throws IOException {
    try (TlsFlow flow = wire.client(client)) {
      flow.write(US_ASCII.encode("ping"));
      return readAll(flow);
    }
  }

  /** Reads the question, and sends the answer. */
  static String answer(Wire wire, TlsServer server) throws IOException {
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

  String clientSays() {
    return says(client);
  }

  String serverSays() {
    return says(server);
  }

  private static String says(Optional<Exception> failure) {
    return failure.map(e -> String.valueOf(e.getMessage())).orElse("(all is well)");
  }
}
