package dev.mimic.git;

import static com.google.common.base.Strings.nullToEmpty;
import static com.google.common.collect.Comparators.min;

import com.google.common.primitives.Ints;
import dev.mimic.flow.TimeSource;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.security.SecureRandom;
import java.time.Duration;
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
import org.eclipse.jgit.util.HttpSupport;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response. The body of the request is buffered first, on disk if it is large.
 * OkHttp can then send it again if the server has closed an idle connection. A push that arrives
 * twice does no harm, because it contains the expected old value of each ref.
 */
final class HttpExchange extends RequestBody implements HttpConnection {
  // Added to the timeout of a request, so that a resolver fails first: its message says more.
  private static final Duration GRACE = Duration.ofSeconds(1);

  // After a body is written, its end can remain in buffers of the system until a slow uplink has
  // sent it. On Linux, these have at most 4 MiB by default.
  private static final long BUFFERED_BYTES = 4 << 20;
  private static final int MIN_BYTES_PER_SECOND = 32 * 1024;

  private static final int MAX_MEMORY_BYTES = 1 << 20;
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private final OkHttpClient client;
  private final GitAddress at;
  private final HttpCredentials credentials;
  private final Limits limits;
  private final URL url;
  private final Request.Builder request;
  private final boolean toOrigin;
  private final TemporaryBuffer requestBody;
  private String method = "GET";
  private boolean hasRequestBody;
  private boolean authorized;
  private String reason = "";
  private @Nullable Response response;
  private InputStream body = InputStream.nullInputStream();
  private TimeSource.Timer totalTimer = () -> {};

  /** Creates an exchange that is not connected yet. */
  HttpExchange(
      URL url,
      OkHttpClient client,
      GitAddress at,
      HttpCredentials credentials,
      Limits limits,
      @Nullable File folder) {
    this.client = client;
    this.at = at;
    this.credentials = credentials;
    this.limits = limits;
    this.requestBody = new TemporaryBuffer.LocalFile(folder, MAX_MEMORY_BYTES);
    HttpUrl to = HttpUrl.get(at.unredacted(url.toString()));
    this.url = url;
    this.request = new Request.Builder().url(to);
    this.toOrigin = credentials.matches(to);
  }

  @Override
  public void setRequestMethod(String method) {
    this.method = method;
  }

  @Override
  public String getRequestMethod() {
    return method;
  }

  /** Omits the credentials if JGit was redirected to another server. */
  @Override
  public void setRequestProperty(String key, String value) {
    boolean isAuthorization = key.equalsIgnoreCase(HttpSupport.HDR_AUTHORIZATION);
    if (toOrigin || !isAuthorization) {
      request.header(key, value);
      authorized |= isAuthorization;
    }
  }

  @Override
  public void setDoOutput(boolean output) {
    hasRequestBody = output;
  }

  @Override
  public OutputStream getOutputStream() {
    return requestBody;
  }

  @Override
  public @Nullable MediaType contentType() {
    return null; // JGit sets the Content-Type field
  }

  @Override
  public long contentLength() {
    return requestBody.length();
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    requestBody.writeTo(sink.outputStream(), null);
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
    Duration limit =
        hasRequestBody
            ? FlowHttp.MAX_TIMEOUT
            : FlowHttp.inRange(limits.connectTimeout()).plus(GRACE);
    totalTimer.cancel();
    totalTimer = limits.scheduleAtDeadline(call::cancel);
    TimeSource.Timer responseTimer = TimeSource.system().schedule(limit, call::cancel);
    try {
      received = call.execute();
      response = received;
      body = received.code() == HTTP_OK ? checkedBody(received) : bufferedError(received);
      return received;
    } catch (IOException e) {
      throw call.isCanceled() && !limits.isExpired()
          ? limits.silenceExceeded(limits.timeout()).causedBy(e)
          : limits.explain(e);
    } finally {
      responseTimer.cancel();
    }
  }

  private Call call() throws IOException {
    if (!hasRequestBody) {
      return client.newCall(request.method(method, null).build());
    }
    requestBody.close();
    Duration silence = limits.silenceTimeout();
    long buffered = Math.min(requestBody.length(), BUFFERED_BYTES);
    Duration draining = min(Duration.ofSeconds(buffered / MIN_BYTES_PER_SECOND), silence);
    OkHttpClient slowClient =
        client.newBuilder().readTimeout(FlowHttp.inRange(silence.plus(draining))).build();
    return slowClient.newCall(request.method(method, this).build());
  }

  private InputStream checkedBody(Response received) {
    InputStream content = new LimitedInput(received.body().byteStream(), limits);
    String type = received.header("Content-Type", "");
    if (type.contains("git-upload-pack-result")) {
      return Advertisement.responseAfter(content, at.toString());
    }
    return type.contains("-advertisement") ? new Advertisement(content, at.toString()) : content;
  }

  /** Buffers the body of an error, which JGit may never read, so that the response is closed. */
  private InputStream bufferedError(Response received) throws IOException {
    try (received) {
      ResponseBody buffered = received.peekBody(MAX_ERROR_BYTES);
      MediaType type = buffered.contentType();
      if (type != null && type.type().equals("text") && type.subtype().equals("plain")) {
        reason = buffered.string(); // git does not show other content either
        return InputStream.nullInputStream();
      }
      return buffered.byteStream();
    }
  }

  void close() {
    totalTimer.cancel();
    if (response != null) {
      response.close();
    }
    requestBody.destroy();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    Response unused = response();
    return body;
  }

  /**
   * Returns the status code.
   *
   * @throws HttpRefusal if JGit cannot continue after this response
   */
  @Override
  public int getResponseCode() throws IOException {
    Response received = response();
    if (isRefusal(received)) {
      throw HttpRefusal.of(received, reason, text -> credentials.scrub(at.scrub(text)));
    }
    return received.code();
  }

  // A missing file is not always a refusal: JGit also looks for the files of the dumb protocol.
  private boolean isRefusal(Response received) {
    int code = received.code();
    if (code == HTTP_UNAUTHORIZED) {
      List<Challenge> challenges = HttpChallenges.answerable(received);
      boolean again = challenges.stream().anyMatch(HttpChallenges::isStale);
      return !credentials.isPresent() || challenges.isEmpty() || (authorized && !again);
    }
    boolean ofService = hasRequestBody || url.toString().contains("service=");
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
      // The keys of the other fields are in lower case, too.
      fields.put("www-authenticate", HttpChallenges.print(HttpChallenges.answerable(response)));
    }
    return fields;
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return headers().values(name);
  }

  // JGit expects null for a missing field.
  @Override
  @SuppressWarnings("NullAway")
  public String getHeaderField(String name) {
    return headers().get(name);
  }

  @Override
  public String getContentType() {
    // JGit compares the whole value.
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

  // Settings of the JDK's client, which have no meaning here: bodies are buffered, redirects are
  // not followed, nothing is cached, and GitClient and the resolver define limits and trust.

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
    throw new UnsupportedOperationException("TLS is configured by the context of the resolver");
  }

  @Override
  public void setHostnameVerifier(HostnameVerifier verifier) {
    throw new UnsupportedOperationException("host names are verified by the TLS of the resolver");
  }

  /** A response body whose failures name the exceeded limit. */
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
        throw limits.explain(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        throw limits.explain(e);
      }
    }
  }
}
