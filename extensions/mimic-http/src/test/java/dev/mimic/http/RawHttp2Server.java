package dev.mimic.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP/2 server (RFC 9113) that answers each request by a script. */
final class RawHttp2Server {
  private static final int PREFACE_BYTES = 24;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1; // and ACK
  private static final int END_HEADERS = 4;

  /** The answers to the requests of all connections. */
  @FunctionalInterface
  interface Script {
    /**
     * Answers a completely received request.
     *
     * @param connection the number of the connection, from 0
     */
    void answer(Peer peer, int stream, int connection) throws IOException;
  }

  private final Transport transport;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger bodies = new AtomicInteger();
  private final FlowServer server;

  RawHttp2Server(Transport transport, Script script) throws IOException {
    this.transport = transport;
    this.script = script;
    this.server = transport.serve(this::serve);
  }

  private void serve(Flow flow) throws IOException {
    int connection = connections.getAndIncrement();
    Peer peer = new Peer(flow);
    DataInputStream in = new DataInputStream(flow.inputStream());
    in.readFully(new byte[PREFACE_BYTES]);
    peer.frame(SETTINGS, 0, 0, new byte[0]);
    try {
      while (flow.isOpen()) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        boolean acknowledges = (flags & END_STREAM) != 0;
        if ((type == SETTINGS || type == PING) && !acknowledges) {
          peer.frame(type, END_STREAM, 0, type == PING ? payload : new byte[0]);
        } else if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
          bodies.addAndGet(type == DATA ? 1 : 0);
          script.answer(peer, stream, connection);
        }
      }
    } catch (EOFException e) {
      // The client has closed the connection.
    }
  }

  String url() {
    return transport.url(server.address());
  }

  String address() {
    return server.address();
  }

  /** Returns the number of completely received requests with a body. */
  int bodies() {
    return bodies.get();
  }

  int connections() {
    return connections.get();
  }

  /** The client's end of a connection. */
  record Peer(Flow flow) {
    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
      frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
      flow.write(frame.flip());
    }

    /** Sends a response head of this status, with names from the static table of RFC 7541. */
    void head(int stream, int status, int contentLength) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      literal(block, 8, "" + status); // :status
      if (contentLength >= 0) {
        literal(block, 28, "" + contentLength);
      }
      frame(HEADERS, END_HEADERS, stream, block.toByteArray());
    }

    /** Sends a complete response of status 200 with the content {@code hi}. */
    void hi(int stream) throws IOException {
      head(stream, 200, 2);
      data(stream, "hi", true);
    }

    /** Sends a complete response of status 303. */
    void redirect(int stream, String location) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      literal(block, 8, "303");
      literal(block, 46, location);
      frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray());
    }

    /** Writes a literal field without indexing, with an indexed name (RFC 7541, 6.2.2). */
    private static void literal(ByteArrayOutputStream block, int name, String value) {
      if (name < 15) {
        block.write(name);
      } else {
        block.write(15);
        block.write(name - 15);
      }
      block.write(value.length());
      block.writeBytes(value.getBytes(US_ASCII));
    }

    void data(int stream, String text, boolean last) throws IOException {
      frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(US_ASCII));
    }

    void reset(int stream, int error) throws IOException {
      frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(error).array());
    }

    void goAway(int lastStream, int error) throws IOException {
      frame(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(error).array());
    }
  }
}
