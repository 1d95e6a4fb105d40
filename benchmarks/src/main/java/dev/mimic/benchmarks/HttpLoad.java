package dev.mimic.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Clients that each have one connection, and ask for the content again and again: sockets and a
 * request of constant bytes for HTTP/1.1, so that little of the time is theirs, and OkHttp for
 * HTTP/2.
 */
final class HttpLoad implements Closeable {
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);

  private interface Client extends Closeable {
    void get() throws IOException;
  }

  private final List<Client> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  static HttpLoad http1(int port, int connections, int bytes) throws IOException {
    HttpLoad load = new HttpLoad();
    for (int i = 0; i < connections; i++) {
      load.clients.add(new Raw(new Socket(InetAddress.getLoopbackAddress(), port), bytes));
    }
    return load;
  }

  static HttpLoad http2(
      int port, int connections, int bytes, SSLContext context, X509TrustManager trust) {
    HttpLoad load = new HttpLoad();
    for (int i = 0; i < connections; i++) {
      load.clients.add(new Ok(port, bytes, context, trust));
    }
    return load;
  }

  /** Makes each client send this many requests, one after the other. */
  void run(int requestsEach) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (Client each : clients) {
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < requestsEach; i++) {
                  each.get();
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  @Override
  public void close() throws IOException {
    for (Client each : clients) {
      each.close();
    }
    threads.shutdown();
  }

  /** HTTP/1.1 as far as it is needed: the head is found by its end, the body by its length. */
  private static final class Raw implements Client {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final int bytes;
    private final byte[] buffer = new byte[256 * 1024];

    Raw(Socket socket, int bytes) throws IOException {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
      this.bytes = bytes;
    }

    @Override
    public void get() throws IOException {
      out.write(REQUEST);
      int filled = 0;
      int end = -1;
      while (end < 0) {
        filled += read(filled);
        end = endOfHead(filled);
      }
      int left = bytes - (filled - end);
      while (left > 0) {
        left -= read(0);
      }
      if (left < 0) {
        throw new IOException("more than was asked for");
      }
    }

    private int read(int at) throws IOException {
      int count = in.read(buffer, at, buffer.length - at);
      if (count < 0) {
        throw new IOException("the server has closed the connection");
      }
      return count;
    }

    private int endOfHead(int filled) {
      for (int i = 3; i < filled; i++) {
        if (buffer[i] == '\n' && buffer[i - 2] == '\n') {
          return i + 1;
        }
      }
      return -1;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** OkHttp with a pool of its own, and so one connection. */
  private static final class Ok implements Client {
    private final OkHttpClient client;
    private final Request request;
    private final int bytes;
    private final byte[] buffer = new byte[256 * 1024];

    Ok(int port, int bytes, SSLContext context, X509TrustManager trust) {
      this.client =
          new OkHttpClient.Builder()
              .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
              .sslSocketFactory(context.getSocketFactory(), trust)
              .connectionPool(new ConnectionPool())
              .build();
      this.request = new Request.Builder().url("https://127.0.0.1:" + port + "/").build();
      this.bytes = bytes;
    }

    @Override
    public void get() throws IOException {
      try (Response response = client.newCall(request).execute();
          InputStream in = response.body().byteStream()) {
        int left = bytes;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          left -= count;
        }
        if (left != 0 || response.protocol() != Protocol.HTTP_2) {
          throw new IOException("%d bytes are missing".formatted(left));
        }
      }
    }

    @Override
    public void close() {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }
}
