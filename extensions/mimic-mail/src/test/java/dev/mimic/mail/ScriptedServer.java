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

/** A mail server that says what a test tells it to, whatever it hears. */
final class ScriptedServer implements Closeable {
  private static final TlsServer TLS =
      TlsServer.builder(TlsProvider.jsse(), Certificates.identity(Certificates.good())).build();

  /** What it does with a connection. */
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

  /** Returns the lines that it has heard, without those of mails. */
  List<String> heard() {
    return heard;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** A server's side of a conversation. */
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

    /** Reads one line, byte by byte: what follows may be TLS. */
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

    /** Says and hears all until it has heard MAIL FROM. */
    Side untilMail() throws IOException {
      say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear().say("220 go");
      return startTls().hear().say("250 hello").hear();
    }

    /** Says and hears all until it has asked for the mail of one recipient. */
    Side untilData() throws IOException {
      return untilMail().say("250 ok").hear().say("250 ok").hear().say("354 go");
    }

    /** Says and hears all until it has the mail of one recipient, and has not said so. */
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

    /** Says this again and again, until the client ends or has taken far too much. */
    void sayEndlessly(String part) throws IOException {
      ByteBuffer block = UTF_8.encode(part.repeat(10_000));
      for (int i = 0; i < 1_000; i++) {
        flow.write(block.duplicate());
      }
      hangUp();
    }

    /** Waits for the client to end. */
    void drain() throws IOException {
      flow.inputStream().skip(Long.MAX_VALUE);
    }

    void hangUp() throws IOException {
      flow.close();
    }
  }
}
