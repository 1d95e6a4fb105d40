package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsProvider;
import dev.mimic.tls.TlsServer;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server that plays a script, whatever the client sends. */
final class ScriptedServer implements Closeable {
  private static final TlsServer TLS =
      TlsServer.builder(TlsProvider.jsse(), Certificates.identity(Certificates.good())).build();

  /** The actions of the server on a connection. */
  interface Script {
    void play(Side side) throws Exception;
  }

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final FlowServer server;

  private ScriptedServer(MimicResolver resolver, Script script) throws IOException {
    this.server =
        FlowServer.builder()
            .reporter((what, failure) -> {})
            .serve(resolver.listen("tcp://localhost:0"), flow -> script.play(new Side(flow)));
  }

  static ScriptedServer start(MimicResolver resolver, Script script) throws IOException {
    return new ScriptedServer(resolver, script);
  }

  String address() {
    return "smtp" + server.address().substring("tcp".length());
  }

  /** Returns the received lines, except the content of mails. */
  List<String> heard() {
    return heard;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** The server's side of a session. */
  final class Side {
    private Flow flow;

    private Side(Flow flow) {
      this.flow = flow;
    }

    Side say(String line) throws IOException {
      flow.write(UTF_8.encode(line + "\r\n"));
      return this;
    }

    Side hear() throws IOException {
      heard.add(readLine());
      return this;
    }

    /** Reads one line byte by byte, since TLS may follow it. */
    private String readLine() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = flow.inputStream().read(); c >= 0 && c != '\n'; c = flow.inputStream().read()) {
        line.append((char) c);
      }
      return line.toString().strip();
    }

    Side startTls() throws IOException {
      flow = Tls.upgrade(flow, TLS);
      return this;
    }

    /** Plays a session up to the MAIL FROM command. */
    Side untilMail() throws IOException {
      say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear().say("220 go");
      return startTls().hear().say("250 hello").hear();
    }

    /** Plays a session for one recipient up to the reply to DATA. */
    Side untilData() throws IOException {
      return untilMail().say("250 ok").hear().say("250 ok").hear().say("354 go");
    }

    /** Plays a session for one recipient up to the end of the data, without a reply to it. */
    Side untilEndOfData() throws IOException {
      return untilData().hearMail();
    }

    Side hearMail() throws IOException {
      byte[] chunk = new byte[8192];
      for (String end = ""; !end.endsWith("\r\n.\r\n"); ) {
        int count = flow.inputStream().read(chunk);
        if (count < 0) {
          throw new EOFException("the mail has no end");
        }
        String heard = end + new String(chunk, 0, count, ISO_8859_1);
        end = heard.substring(Math.max(0, heard.length() - 5));
      }
      return this;
    }

    /** Sends the text repeatedly until the client disconnects, up to a large limit. */
    void sayEndlessly(String part) throws IOException {
      ByteBuffer block = UTF_8.encode(part.repeat(10_000));
      for (int i = 0; i < 1_000; i++) {
        flow.write(block.duplicate());
      }
      hangUp();
    }

    /** Waits for the client to disconnect. */
    void drain() throws IOException {
      flow.inputStream().skip(Long.MAX_VALUE);
    }

    void hangUp() throws IOException {
      flow.close();
    }
  }
}
