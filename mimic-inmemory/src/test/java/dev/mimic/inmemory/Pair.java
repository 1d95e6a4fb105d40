package dev.mimic.inmemory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A flow from the host {@code client} to port 80 of the host {@code server}, and its peer. */
record Pair(FlowListener listener, Flow client, Flow server) implements AutoCloseable {

  static final HostPort SERVER = new HostPort("server", 80);

  static Pair open(InMemoryNetwork network) throws IOException {
    FlowListener listener = network.host("server").listen(SERVER);
    Flow client = network.host("client").connect(SERVER, soon());
    return new Pair(listener, client, listener.accept());
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30), TimeSource.system());
  }

  static void write(Flow flow, String text) throws IOException {
    flow.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
  }

  /** Returns what one read gives. */
  static String read(Flow flow) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(1000);
    return flow.read(dst) < 0 ? "<end>" : US_ASCII.decode(dst.flip()).toString();
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
    listener.close();
  }
}
