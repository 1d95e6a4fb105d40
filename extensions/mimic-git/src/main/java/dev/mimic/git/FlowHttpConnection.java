package dev.mimic.git;

import com.google.common.primitives.Ints;
import dev.mimic.Context;
import dev.mimic.http.HttpBody;
import dev.mimic.http.HttpClient;
import dev.mimic.http.HttpHeaders;
import dev.mimic.http.HttpRequest;
import dev.mimic.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;

/** One request and its response. What is sent is gathered first, on disk if there is much of it. */
final class FlowHttpConnection implements HttpConnection {
  private static final int IN_MEMORY_BYTES = 1 << 20;
  private static final int ERROR_BYTES = 64 * 1024;
  private static final int SLOWEST_BYTES_PER_SECOND = 32 * 1024;

  private final HttpClient client;
  private final Context context;
  private final URL url;
  private final Duration timeout;
  private final Duration silence;
  private final boolean mayLogIn;
  private final TemporaryBuffer sent;
  private HttpRequest request;
  private boolean sends;
  private @Nullable HttpResponse response;
  private InputStream body = InputStream.nullInputStream();

  FlowHttpConnection(
      HttpClient client,
      Context context,
      boolean mayLogIn,
      @Nullable File folder,
      Duration timeout,
      Duration silence,
      URL url) {
    this.mayLogIn = mayLogIn;
    this.sent = new TemporaryBuffer.LocalFile(folder, IN_MEMORY_BYTES);
    this.client = client;
    this.context = context;
    this.url = url;
    this.timeout = timeout;
    this.silence = silence;
    this.request = HttpRequest.get(url.toString()).withContext(context);
  }

  @Override
  public void setRequestMethod(String method) {
    request =
        HttpRequest.of(method, url.toString()).withHeaders(request.headers()).withContext(context);
  }

  @Override
  public String getRequestMethod() {
    return request.method();
  }

  /** Leaves credentials out where JGit was sent to another server, which they are not for. */
  @Override
  public void setRequestProperty(String key, String value) {
    if (mayLogIn || !key.equalsIgnoreCase("Authorization")) {
      request = request.withHeader(key, value);
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

  /** Deletes what was gathered to be sent. */
  void forget() {
    sent.destroy();
  }

  @Override
  public void connect() throws IOException {
    HttpResponse unused = response();
  }

  private HttpResponse response() throws IOException {
    HttpResponse already = response;
    if (already != null) {
      return already;
    }
    HttpResponse received = client.send(toSend());
    response = received;
    body = received.status() == HTTP_OK ? received.body().stream() : keptError(received);
    return received;
  }

  private HttpRequest toSend() throws IOException {
    if (!sends) {
      return request.withTimeout(timeout);
    }
    sent.close();
    Duration sending = Duration.ofSeconds(sent.length() / SLOWEST_BYTES_PER_SECOND);
    return request
        .withBody(HttpBody.of(sent.openInputStream(), sent.length()))
        .withTimeout(silence.plus(sending));
  }

  /** Reads what JGit may never ask for, so that nothing stays open. */
  private static InputStream keptError(HttpResponse received) throws IOException {
    try (received) {
      return new ByteArrayInputStream(received.body().stream().readNBytes(ERROR_BYTES));
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    HttpResponse unused = response();
    return body;
  }

  @Override
  public int getResponseCode() throws IOException {
    return response().status();
  }

  /** Returns nothing: HTTP/2 has no words for a status. */
  @Override
  public String getResponseMessage() {
    return "";
  }

  @Override
  public URL getURL() {
    return url;
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : headers().fields().stream().map(Map.Entry::getKey).toList()) {
      fields.put(name, headers().all(name));
    }
    return fields;
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return headers().all(name);
  }

  // JGit asks for fields that may not be there, and expects null then.
  @Override
  @SuppressWarnings("NullAway")
  public String getHeaderField(String name) {
    return headers().first(name).orElse(null);
  }

  @Override
  @SuppressWarnings("NullAway") // as above
  public String getContentType() {
    return headers().first("Content-Type").orElse(null);
  }

  @Override
  public int getContentLength() {
    return headers().first("Content-Length").map(Ints::tryParse).orElse(-1);
  }

  private HttpHeaders headers() {
    return response == null ? HttpHeaders.empty() : response.headers();
  }

  @Override
  public boolean usingProxy() {
    return false;
  }

  // What follows is how the JDK's client would be set up. Ours gathers what is sent, follows no
  // redirection, caches nothing, and takes its limits and whom it trusts from elsewhere.

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
