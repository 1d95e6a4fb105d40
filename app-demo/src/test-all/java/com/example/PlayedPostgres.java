package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The server's side of a session of PostgreSQL's protocol 3.0, without authentication or
 * transactions. The result of each SELECT is one text.
 */
final class PlayedPostgres {
  private static final int PROTOCOL_3_0 = 3 << 16;
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int TEXT = 25; // the number of the type
  private static final short NONE = 0;
  private static final short ONE = 1;
  private static final short ANY_LENGTH = -1;

  private final String text;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Map<String, String> statements = new HashMap<>();
  private final Map<String, String> portals = new HashMap<>();

  private PlayedPostgres(Flow flow, String text) {
    this.text = text;
    this.in = new DataInputStream(flow.inputStream());
    this.out = new DataOutputStream(new BufferedOutputStream(flow.outputStream()));
  }

  /** Serves a client until it leaves. */
  static void serve(Flow flow, String text) throws IOException {
    PlayedPostgres session = new PlayedPostgres(flow, text);
    if (session.start()) {
      int type;
      do {
        type = session.in.read();
      } while (type >= 0 && type != 'X' && session.answer(type));
    }
  }

  private boolean start() throws IOException {
    ByteBuffer request = body();
    int code = request.getInt();
    while (code == SSL_REQUEST || code == GSS_REQUEST) {
      out.writeByte('N'); // the connection is not encrypted
      out.flush();
      request = body();
      code = request.getInt();
    }
    if (code != PROTOCOL_3_0) {
      return fail("protocol %d.%d".formatted(code >>> 16, code & 0xffff));
    }
    send('R', 0); // authenticated
    send('S', "server_version", "17.0");
    send('S', "client_encoding", "UTF8");
    send('S', "DateStyle", "ISO, MDY");
    send('S', "integer_datetimes", "on");
    send('S', "standard_conforming_strings", "on");
    send('K', 1, 1); // the process and the key that could cancel a query
    return ready();
  }

  private boolean answer(int type) throws IOException {
    ByteBuffer body = body();
    switch (type) {
      case 'Q' -> { // a simple query
        String sql = string(body);
        describe(sql);
        execute(sql);
        return ready();
      }
      case 'P' -> { // parse
        statements.put(string(body), string(body));
        send('1');
      }
      case 'B' -> { // bind
        String portal = string(body);
        portals.put(portal, named(statements, body));
        send('2');
      }
      case 'D' -> { // describe
        boolean isStatement = body.get() == 'S';
        String sql = named(isStatement ? statements : portals, body);
        if (isStatement) {
          send('t', NONE); // without parameters
        }
        if (!describe(sql)) {
          send('n');
        }
      }
      case 'E' -> execute(named(portals, body));
      case 'C' -> { // close
        (body.get() == 'S' ? statements : portals).remove(string(body));
        send('3');
      }
      case 'H' -> out.flush();
      case 'S' -> { // the end of a sequence
        return ready();
      }
      default -> {
        return fail("message '%c'".formatted(type));
      }
    }
    return true;
  }

  private static String named(Map<String, String> queries, ByteBuffer body) {
    String name = string(body);
    return requireNonNull(queries.get(name), name);
  }

  /** Returns the single value of the result of a query, or empty if it has no result. */
  private Optional<String> result(String sql) {
    return switch (command(sql)) {
      case "SELECT" -> Optional.of(text);
      case "SHOW" -> Optional.of("read committed"); // HikariCP asks for the isolation level
      default -> Optional.empty();
    };
  }

  private static String command(String sql) {
    return sql.strip().split("\\s", 2)[0].toUpperCase(Locale.ROOT);
  }

  /** Sends the description of the result of a query, if it has one. */
  private boolean describe(String sql) throws IOException {
    if (result(sql).isEmpty()) {
      return false;
    }
    send('T', ONE, "text", 0, NONE, TEXT, ANY_LENGTH, -1, NONE);
    return true;
  }

  private void execute(String sql) throws IOException {
    if (sql.isBlank()) {
      send('I');
      return;
    }
    if (result(sql).isPresent()) {
      byte[] value = result(sql).get().getBytes(UTF_8);
      send('D', ONE, value.length, value);
    }
    send('C', command(sql).equals("SELECT") ? "SELECT 1" : command(sql));
  }

  /** Ends an answer: the client can send the next query. */
  private boolean ready() throws IOException {
    send('Z', (byte) 'I'); // idle: not in a transaction
    out.flush();
    return true;
  }

  private boolean fail(String what) throws IOException {
    String message = what + " is not supported";
    send('E', "SFATAL", "VFATAL", "C0A000", "M" + message, (byte) 0);
    out.flush();
    return false;
  }

  private ByteBuffer body() throws IOException {
    return ByteBuffer.wrap(in.readNBytes(in.readInt() - Integer.BYTES));
  }

  private static String string(ByteBuffer from) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte next = from.get(); next != 0; next = from.get()) {
      bytes.write(next);
    }
    return bytes.toString(UTF_8);
  }

  private void send(char type, Object... fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bytes);
    for (Object field : fields) {
      switch (field) {
        case Integer it -> body.writeInt(it);
        case Short it -> body.writeShort(it);
        case Byte it -> body.writeByte(it);
        case byte[] it -> body.write(it);
        default -> {
          body.write(field.toString().getBytes(UTF_8));
          body.writeByte(0);
        }
      }
    }
    out.writeByte(type);
    out.writeInt(Integer.BYTES + bytes.size());
    bytes.writeTo(out);
  }
}
