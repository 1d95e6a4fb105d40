package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongConsumer;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.GzipSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** The content of a response, as it is given to the user. */
final class ResponseContent {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final Received received;
  private final boolean isGzip;
  private final GetFailures failures;

  /**
   * Takes the content of this response.
   *
   * @param decompressed whether it is decompressed, if the server compressed it
   * @throws IOException if it is compressed in another way than was asked for
   */
  ResponseContent(Response response, boolean decompressed, GetFailures failures)
      throws IOException {
    String coding = response.header("Content-Encoding", "identity").toLowerCase(Locale.ROOT);
    boolean empty = response.body().contentLength() == 0;
    this.isGzip = decompressed && !empty && (coding.equals("gzip") || coding.equals("x-gzip"));
    this.failures = failures;
    this.received = new Received(response.body().source());
    if (decompressed && !isGzip && !empty && !coding.equals("identity")) {
      throw failures.failure(
          "the server has not compressed it by gzip, which is all that --compressed decompresses");
    }
  }

  /** The content as it comes; its failure is kept, to tell one of decompressing from it. */
  private static final class Received extends ForwardingSource {
    private @Nullable IOException failure;
    private LongConsumer counter = count -> {};

    Received(BufferedSource content) {
      super(content);
    }

    @Override
    public long read(Buffer sink, long most) throws IOException {
      try {
        long count = super.read(sink, most);
        counter.accept(Math.max(count, 0));
        return count;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  /**
   * Writes all of it, and flushes when the rest is long in coming.
   *
   * @param counter receives the number of bytes that came over the network
   * @return how many bytes were written
   */
  long writeTo(OutputStream out, LongConsumer counter) throws IOException {
    received.counter = counter;
    byte[] chunk = new byte[CHUNK_BYTES];
    long written = 0;
    // What closes the source is the response.
    BufferedSource source = Okio.buffer(isGzip ? new GzipSource(received) : received);
    InputStream in = source.inputStream();
    for (int count = read(in, chunk); count >= 0; count = read(in, chunk)) {
      out.write(chunk, 0, count);
      written += count;
      if (source.getBuffer().exhausted()) {
        out.flush();
      }
    }
    return written;
  }

  private int read(InputStream in, byte[] chunk) throws IOException {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      IOException network = received.failure;
      if (network != null) {
        throw failures.ofContent(network);
      }
      throw failures.failure("what the server sent is not compressed as gzip has it");
    }
  }

  /** Writes the head of a response, and before it those that led there, as they came. */
  static void writeHeads(Response response, OutputStream out) throws IOException {
    Deque<Response> all = new ArrayDeque<>();
    for (Response each = response; each != null; each = each.priorResponse()) {
      all.addFirst(each);
    }
    for (Response each : all) {
      out.write(head(each).getBytes(UTF_8));
    }
  }

  private static String head(Response response) {
    boolean http2 =
        response.protocol() == Protocol.HTTP_2
            || response.protocol() == Protocol.H2_PRIOR_KNOWLEDGE;
    String version = http2 ? "HTTP/2" : response.protocol().toString().toUpperCase(Locale.ROOT);
    StringBuilder head = new StringBuilder();
    head.append("%s %d %s\r\n".formatted(version, response.code(), response.message()));
    Headers fields = response.headers();
    for (int i = 0; i < fields.size(); i++) {
      head.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
    }
    return head.append("\r\n").toString();
  }
}
