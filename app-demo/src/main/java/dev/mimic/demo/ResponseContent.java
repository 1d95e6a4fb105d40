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

/** The content of a response, decompressed if the user asked for it. */
final class ResponseContent {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final Received received;
  private final boolean isGzip;
  private final GetFailures failures;

  /**
   * Creates the content of a response.
   *
   * @param decompressed whether to decompress it
   * @throws IOException if it is compressed in another way than requested
   */
  ResponseContent(Response response, boolean decompressed, GetFailures failures)
      throws IOException {
    String coding = response.header("Content-Encoding", "identity").toLowerCase(Locale.ROOT);
    boolean empty = response.body().contentLength() == 0;
    this.isGzip = decompressed && !empty && (coding.equals("gzip") || coding.equals("x-gzip"));
    this.failures = failures;
    this.received = new Received(response.body().source());
    if (decompressed && !isGzip && !empty && !coding.equals("identity")) {
      throw failures.failure("the content is compressed, but not by gzip: leave --compressed out");
    }
  }

  /** The received content. It keeps its failure, to distinguish it from one of decompression. */
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
   * Writes the content, and flushes when no more bytes are buffered.
   *
   * @param counter receives numbers of bytes from the network
   * @return the number of written bytes
   */
  long writeTo(OutputStream out, LongConsumer counter) throws IOException {
    received.counter = counter;
    byte[] chunk = new byte[CHUNK_BYTES];
    long written = 0;
    // Closing the response closes the source.
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
      throw failures.failure("the content is not valid gzip");
    }
  }

  /** Writes the heads of the redirects and of the response. */
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
