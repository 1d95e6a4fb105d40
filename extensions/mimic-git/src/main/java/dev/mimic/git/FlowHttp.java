package dev.mimic.git;

import static com.google.common.base.Strings.nullToEmpty;
import static com.google.common.collect.Comparators.max;
import static com.google.common.collect.Comparators.min;

import com.google.common.primitives.Ints;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.TimeSource;
import dev.mimic.http.Http;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import okhttp3.Call;
import okhttp3.Challenge;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.eclipse.jgit.util.HttpSupport;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP of one JGit transport, by OkHttp over the flows of a resolver; closed with the
 * transport.
 */
final class FlowHttp implements HttpConnectionFactory2, HttpConnectionFactory2.GitSession {
  private static final Duration SHORTEST = Duration.ofMillis(1); // of OkHttp's limits
  private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE); // also of those

  // A resolver that cannot connect says more than a request that is late: it comes first.
  private static final Duration GRACE = Duration.ofSeconds(1);

  // When a body is written, its end may still wait in the system's buffers (4 MiB at most, by
  // default, on Linux) for a slow uplink.
  private static final long BUFFERED_BYTES = 4 << 20;
  private static final int SLOWEST_BYTES_PER_SECOND = 32 * 1024;

  private static final int IN_MEMORY_BYTES = 1 << 20;
  private static final int ERROR_BYTES = 64 * 1024;

  private final OkHttpClient client;
  private final GitAddress at;
  private final HttpCredentials credentials;
  private final @Nullable File folder;
  private final Limits limits;
  private final List<Exchange> exchanges = new ArrayList<>();

  /**
   * Makes one without connections.
   *
   * @param limits that of connecting is also for a request without a body until it is answered: a
   *     server may have much to do before it answers one with a body
   * @param at the only server that is sent credentials
   * @param folder where a large request body is gathered; nobody else can read there
   */
  FlowHttp(
      MimicResolver resolver,
      Context context,
      Limits limits,
      GitAddress at,
      HttpCredentials credentials,
      @Nullable File folder) {
    this.limits = limits;
    this.at = at;
    this.credentials = credentials;
    this.folder = folder;
    this.client =
        Http.client(resolver, context)
            .followRedirects(false) // JGit does, and asks for the rest at the new place as well
            .connectTimeout(inRange(limits.timeout()))
            .readTimeout(inRange(limits.ofSilence()))
            .writeTimeout(inRange(limits.ofSilence()))
            .build();
  }

  private static Duration inRange(Duration limit) {
    return max(SHORTEST, min(limit, LONGEST));
  }

  @Override
  public HttpConnection create(URL url) {
    Exchange exchange = new Exchange(url);
    exchanges.add(exchange);
    return exchange;
  }

  /** Ignores the JVM's proxy: proxies are the resolver's. */
  @Override
  public HttpConnection create(URL url, Proxy proxy) {
    return create(url);
  }

  @Override
  public GitSession newSession() {
    return this;
  }

  /** Verifies certificates whatever Git's configuration says: trust is the resolver's. */
  @Override
  public HttpConnection configure(HttpConnection connection, boolean sslVerify) {
    return connection;
  }

  @Override
  public void close() {
    exchanges.forEach(Exchange::close);
    Http.close(client);
  }

  /** A response whose failures name the limit that was exceeded. */
  private static final class LimitedInput extends FilterInputStream {
    private final Limits limits;

    LimitedInput(InputStream in, Limits limits) {
      super(in);
      this.limits = limits;
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw limits.told(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        throw limits.told(e);
      }
    }
  }

  /**
   * A request and its response. The request's body is gathered first, on disk if it is large: where
   * a kept connection turns out to have been closed by the server, OkHttp sends it again. A push
   * that arrives twice does no harm, as it names the value that each ref must have beforehand.
   */
  private final class Exchange extends RequestBody implements HttpConnection {
    private final URL url;
    private final Request.Builder request;
    private final boolean toOrigin;
    private final TemporaryBuffer sent = new TemporaryBuffer.LocalFile(folder, IN_MEMORY_BYTES);
    private String method = "GET";
    private boolean sends;
    private boolean authorized;
    private String reason = "";
    private @Nullable Response response;
    private InputStream body = InputStream.nullInputStream();
    private TimeSource.Timer end = () -> {};

    Exchange(URL url) {
      HttpUrl to = HttpUrl.get(at.unmasked(url.toString()));
      this.url = url;
      this.request = new Request.Builder().url(to);
      this.toOrigin = credentials.areFor(to);
    }

    @Override
    public void setRequestMethod(String method) {
      this.method = method;
    }

    @Override
    public String getRequestMethod() {
      return method;
    }

    /** Omits credentials where JGit was redirected to another server. */
    @Override
    public void setRequestProperty(String key, String value) {
      boolean authorizes = key.equalsIgnoreCase(HttpSupport.HDR_AUTHORIZATION);
      if (toOrigin || !authorizes) {
        request.header(key, value);
        authorized |= authorizes;
      }
    }

    @Override
    public void setDoOutput(boolean output) {
      sends = output;
    }

    @Override
    public OutputStream getOutputStream() {
      return sent;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null; // JGit sets the field
    }

    @Override
    public long contentLength() {
      return sent.length();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sent.writeTo(sink.outputStream(), null);
    }

    @Override
    public void connect() throws IOException {
      Response unused = response();
    }

    private Response response() throws IOException {
      Response received = response;
      if (received != null) {
        return received;
      }
      Call call = call();
      Duration limit = sends ? LONGEST : inRange(limits.ofConnecting()).plus(GRACE);
      end.cancel();
      end = limits.atEnd(call::cancel);
      TimeSource.Timer late = TimeSource.system().schedule(limit, call::cancel);
      try {
        received = call.execute();
        response = received;
        body = received.code() == HTTP_OK ? checked(received) : keptError(received);
        return received;
      } catch (IOException e) {
        throw call.isCanceled() && !limits.isOver()
            ? limits.silent(limits.timeout()).because(e)
            : limits.told(e);
      } finally {
        late.cancel();
      }
    }

    private Call call() throws IOException {
      if (!sends) {
        return client.newCall(request.method(method, null).build());
      }
      sent.close();
      Duration silence = limits.ofSilence();
      long buffered = Math.min(sent.length(), BUFFERED_BYTES);
      Duration draining = min(Duration.ofSeconds(buffered / SLOWEST_BYTES_PER_SECOND), silence);
      OkHttpClient patient =
          client.newBuilder().readTimeout(inRange(silence.plus(draining))).build();
      return patient.newCall(request.method(method, this).build());
    }

    private InputStream checked(Response received) {
      InputStream content = new LimitedInput(received.body().byteStream(), limits);
      String type = received.header("Content-Type", "");
      if (type.contains("git-upload-pack-result")) {
        return Advertisement.later(content, at.toString());
      }
      return type.contains("-advertisement") ? new Advertisement(content, at.toString()) : content;
    }

    /** Reads what JGit may never ask for, so that nothing stays open. */
    private InputStream keptError(Response received) throws IOException {
      try (received) {
        ResponseBody kept = received.peekBody(ERROR_BYTES);
        MediaType type = kept.contentType();
        if (type != null && type.type().equals("text") && type.subtype().equals("plain")) {
          reason = kept.string(); // git shows no other content either
          return InputStream.nullInputStream();
        }
        return kept.byteStream();
      }
    }

    void close() {
      end.cancel();
      if (response != null) {
        response.close();
      }
      sent.destroy();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      Response unused = response();
      return body;
    }

    /**
     * Returns the status.
     *
     * @throws HttpRefusal if that is the end of the conversation
     */
    @Override
    public int getResponseCode() throws IOException {
      Response received = response();
      if (isRefusal(received)) {
        throw HttpRefusal.of(received, reason, text -> credentials.scrub(at.scrub(text)));
      }
      return received.code();
    }

    // Not all that is missing is refused: JGit looks for the files of a server of the dumb kind.
    private boolean isRefusal(Response received) {
      int code = received.code();
      if (code == HTTP_UNAUTHORIZED) {
        List<Challenge> challenges = HttpChallenges.answerable(received);
        boolean again = challenges.stream().anyMatch(HttpChallenges::isStale);
        return !credentials.isPresent() || challenges.isEmpty() || (authorized && !again);
      }
      boolean ofService = sends || url.toString().contains("service=");
      return code >= HttpURLConnection.HTTP_BAD_REQUEST && ofService;
    }

    @Override
    public String getResponseMessage() throws IOException {
      return response().message();
    }

    @Override
    public URL getURL() {
      return url;
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
      Map<String, List<String>> fields = new LinkedHashMap<>(headers().toMultimap());
      if (response != null && !headers().values(HttpSupport.HDR_WWW_AUTHENTICATE).isEmpty()) {
        // In small letters, as the others are.
        fields.put("www-authenticate", HttpChallenges.print(HttpChallenges.answerable(response)));
      }
      return fields;
    }

    @Override
    public List<String> getHeaderFields(String name) {
      return headers().values(name);
    }

    // JGit asks for fields that may not be there, and expects null then.
    @Override
    @SuppressWarnings("NullAway")
    public String getHeaderField(String name) {
      return headers().get(name);
    }

    @Override
    public String getContentType() {
      // JGit compares it as a whole.
      return nullToEmpty(getHeaderField("Content-Type")).replaceFirst("\\s*;.*", "");
    }

    @Override
    public int getContentLength() {
      Integer length = Ints.tryParse(String.valueOf(getHeaderField("Content-Length")));
      return length == null ? -1 : length;
    }

    private Headers headers() {
      return response == null ? Headers.EMPTY : response.headers();
    }

    @Override
    public boolean usingProxy() {
      return false;
    }

    // Settings of the JDK's client. Here a body is gathered, no redirection is followed, and
    // nothing
    // is cached; limits are GitClient's, and trust is the resolver's.

    @Override
    public void setUseCaches(boolean uses) {}

    @Override
    public void setConnectTimeout(int millis) {}

    @Override
    public void setReadTimeout(int millis) {}

    @Override
    public void setInstanceFollowRedirects(boolean follows) {}

    @Override
    public void setFixedLengthStreamingMode(int bytes) {}

    @Override
    public void setChunkedStreamingMode(int bytes) {}

    @Override
    public void configure(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
      throw new UnsupportedOperationException("TLS is the resolver's");
    }

    @Override
    public void setHostnameVerifier(HostnameVerifier verifier) {
      throw new UnsupportedOperationException("names are verified by the resolver's TLS");
    }
  }
}
