package dev.mimic.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.FlowServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 server that sends given bytes. Each connection has a list of answers, one per
 * request, and then ends as the test specifies.
 */
final class RawServer {

  /** The end of a connection after its last answer. */
  enum Ending {
    /** Reads another request and closes the connection in order without an answer. */
    CLOSE_AFTER_REQUEST,
    /** Closes the connection in order as soon as the answer is sent. */
    CLOSE,
    /** Ends the connection below TLS, so that the client receives no close_notify. */
    CUT,
    /** Resets the connection. */
    RESET,
    /** Sends nothing until the client closes the connection. */
    SILENCE
  }

  private final Transport transport;
  private final Ending ending;
  private final List<List<String>> answers;
  private final AtomicInteger connections = new AtomicInteger();
  private final BlockingQueue<List<String>> heads = new LinkedBlockingQueue<>();
  private final BlockingQueue<Ending> ended = new LinkedBlockingQueue<>();
  private final FlowServer server;

  @SafeVarargs
  @SuppressWarnings("varargs") // the lists are only read
  RawServer(Transport transport, Ending ending, List<String>... answers) throws IOException {
    this.transport = transport;
    this.ending = ending;
    this.answers = List.of(answers);
    this.server = transport.serve(this::serve);
  }

  private void serve(Flow flow) throws IOException {
    int index = connections.getAndIncrement();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(flow.inputStream(), ISO_8859_1));
    for (String answer : answers.get(Math.min(index, answers.size() - 1))) {
      if (!readHead(lines)) {
        return;
      }
      flow.write(ISO_8859_1.encode(answer));
    }
    if (ending == Ending.CLOSE_AFTER_REQUEST) {
      boolean unused = readHead(lines);
    } else if (ending == Ending.CUT || ending == Ending.RESET) {
      cut(flow, ending == Ending.RESET);
    }
    if (ending == Ending.CUT) {
      ended.add(ending);
    }
    if (ending == Ending.CUT || ending == Ending.SILENCE) {
      awaitClient(lines);
    }
    flow.close();
    ended.add(ending);
  }

  private static void awaitClient(BufferedReader lines) {
    try {
      while (lines.readLine() != null) {}
    } catch (IOException e) {
      // The client reset the connection, or closed it without close_notify.
    }
  }

  private boolean readHead(BufferedReader lines) throws IOException {
    List<String> head = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        heads.add(head);
        return true;
      }
      head.add(line);
    }
    return false;
  }

  /** Shuts down the output of the connection below TLS, or resets the connection. */
  static void cut(Flow flow, boolean reset) throws IOException {
    Optional<SocketChannel> channel = flow.find(SocketChannel.class);
    if (channel.isEmpty()) {
      FlowPipe.End end = flow.find(FlowPipe.End.class).orElseThrow();
      if (reset) {
        end.close();
      } else {
        end.shutdownOutput();
      }
    } else if (!reset) {
      SocketChannel unused = channel.get().shutdownOutput();
    } else {
      if (channel.get().supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
        SocketChannel unused = channel.get().setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      channel.get().close();
    }
  }

  String url() {
    return transport.url(server.address());
  }

  String address() {
    return server.address();
  }

  int connections() {
    return connections.get();
  }

  /** Returns the lines of the next request head that was received. */
  List<String> takeHead() throws InterruptedException {
    List<String> head = heads.poll(20, SECONDS);
    return head == null ? List.of() : head;
  }

  /** Waits until the server has ended a connection. */
  void awaitEnd() throws InterruptedException {
    if (ended.poll(20, SECONDS) == null) {
      throw new AssertionError("the connection has not been ended");
    }
  }
}
