package dev.mimic.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The clients of an {@link EchoServer}, in a process of their own, so that neither the threads nor
 * the memory nor the open files of the server are shared with them. The same for all servers: one
 * thread and a selector.
 *
 * <p>Says {@code ready} on its output when all are connected; then for each line of its input, the
 * port of a server and a number, sends so many requests over each flow to that one, and says {@code
 * done}. Each flow has one request under way at a time, and all flows have one at once. Ends with
 * its input.
 */
final class EchoLoad {
  private static final int REQUEST_BYTES = 64;
  private static final int LIMIT_MILLIS = 20_000;

  private final Selector selector = Selector.open();
  private final List<Client> clients = new ArrayList<>();
  private int busy;

  private EchoLoad() throws IOException {}

  /** Runs with {@code FLOWS PORT...}: opens this number of flows to each of these servers. */
  @SuppressWarnings("SystemOut") // the other process listens
  public static void main(String[] args) throws IOException {
    Map<String, EchoLoad> loads = new HashMap<>();
    for (String port : List.of(args).subList(1, args.length)) {
      EchoLoad load = new EchoLoad();
      load.connect(Integer.parseInt(port), Integer.parseInt(args[0]));
      loads.put(port, load);
    }
    System.out.println("ready");
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] order = line.split(" ", -1);
      requireNonNull(loads.get(order[0]), line).run(Integer.parseInt(order[1]));
      System.out.println("done");
    }
  }

  private void connect(int port, int flows) throws IOException {
    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < flows; i++) {
      SocketChannel channel = SocketChannel.open(server);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      Client client = new Client(channel);
      channel.register(selector, SelectionKey.OP_READ, client);
      clients.add(client);
    }
  }

  private void run(int requestsEach) throws IOException {
    busy = clients.size();
    for (Client client : clients) {
      client.start(requestsEach);
    }
    while (busy > 0) {
      if (selector.select(LIMIT_MILLIS) == 0) {
        throw new IOException("%d flows got no answer".formatted(busy));
      }
      for (SelectionKey key : selector.selectedKeys()) {
        if (((Client) key.attachment()).readLast()) {
          busy--;
        }
      }
      selector.selectedKeys().clear();
    }
  }

  /** One flow. */
  private static final class Client {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST_BYTES);
    private long number;
    private int left;

    Client(SocketChannel channel) {
      this.channel = channel;
    }

    void start(int requests) throws IOException {
      left = requests;
      send();
    }

    private void send() throws IOException {
      buffer.clear().putLong(0, ++number);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.putLong(0, 0).clear();
    }

    /**
     * Reads, sends the next request if the answer is there, and returns whether it was the last.
     */
    boolean readLast() throws IOException {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the server has closed a flow");
      }
      if (buffer.hasRemaining()) {
        return false;
      }
      if (buffer.getLong(0) != number) {
        throw new IOException("an answer is not what was sent");
      }
      left--;
      if (left > 0) {
        send();
      }
      return left == 0;
    }
  }
}
