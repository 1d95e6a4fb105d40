package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for an HTTP request, with the names and meanings of curl. Messages quote no values,
 * which can be secret.
 */
final class RequestOptions {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final List<String> OURS =
      List.of("content-length", "transfer-encoding", "upgrade");
  private static final Set<String> WITHOUT_CONTENT = Set.of("GET", "HEAD");

  @Option(
      names = {"-X", "--request"},
      paramLabel = "METHOD",
      description = "The method. Defaults to GET, or to POST with --data.")
  private @Nullable String method;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "FIELD",
      description =
          "Send a header field, as in 'Accept: text/html'. Can be given again. 'Name:' leaves out a"
              + " default field, 'Name;' sends it empty.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DATA",
      description =
          "Send DATA, the bytes of a file (@FILE) or of standard input (@-), as a form unless -H"
              + " gives a Content-Type. Can be given again: the parts are joined by &.")
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--compressed",
      description = "Ask for content compressed by gzip, and decompress it.")
  private boolean compressed;

  /** Fields to send, and the names in lower case of default fields to leave out. */
  private record Fields(Headers given, List<String> removed) {}

  /** Returns whether to ask for compressed content. */
  boolean isCompressed() {
    return compressed;
  }

  /**
   * Returns the URL that a user wrote.
   *
   * @throws WrongUsageException if the text is not a URL. The message does not quote it.
   */
  static HttpUrl url(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url != null) {
      return url;
    }
    String start = text.strip().toLowerCase(Locale.ROOT);
    throw new WrongUsageException(
        start.startsWith("http:") || start.startsWith("https:")
            ? "URL has an invalid host or port: write http://HOST[:PORT]/PATH"
            : "URL must begin with http:// or https://"
                + AddressArgument.withScheme(text, "https", false)
                    .map(": write "::concat)
                    .orElse(""));
  }

  /** Returns the method of the request. */
  String method() {
    if (method == null) {
      return data.isEmpty() ? "GET" : "POST";
    }
    if (!TOKEN.matcher(method).matches() || method.equals("CONNECT")) {
      throw new WrongUsageException("-X: write a method of HTTP, such as GET or DELETE");
    }
    return method;
  }

  /** Returns whether the user gave a field of this name. */
  boolean hasHeader(String name) {
    return fields().given().get(name) != null;
  }

  /** Returns the request. The user and password of the URL become an Authorization field. */
  Request request(HttpUrl url) throws IOException {
    Map<String, String> byDefault = new LinkedHashMap<>();
    byDefault.put("User-Agent", Main.Version.number().map("mimic/"::concat).orElse("mimic"));
    byDefault.put("Accept", "*/*");
    byDefault.put("Accept-Encoding", compressed ? "gzip" : "identity");
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      String login = Credentials.basic(url.username(), url.password(), UTF_8);
      byDefault.put("Authorization", login);
    }
    if (!data.isEmpty()) {
      byDefault.put("Content-Type", FORM);
    }
    Headers given = fields().given();
    Headers.Builder all = given.newBuilder();
    byDefault.forEach(
        (name, value) -> {
          if (given.get(name) == null) {
            all.add(name, value);
          }
        });
    return new Request.Builder()
        .url(url.newBuilder().username("").password("").build())
        .headers(all.build())
        .method(method(), content())
        .build();
  }

  private @Nullable RequestData content() throws IOException {
    if (!WITHOUT_CONTENT.contains(method())) {
      return RequestData.of(data); // it may be empty
    }
    if (!data.isEmpty()) {
      throw new WrongUsageException(
          "-d sends content, and %s has none: give another -X, or none".formatted(method()));
    }
    return null;
  }

  private Fields fields() {
    Headers.Builder given = new Headers.Builder();
    List<String> removed = new ArrayList<>();
    for (String each : headers) {
      int colon = each.indexOf(':');
      boolean empty = colon < 0 && each.endsWith(";");
      String name = each.substring(0, empty ? each.length() - 1 : Math.max(colon, 0));
      String value = empty ? "" : each.substring(colon + 1);
      if (!TOKEN.matcher(name).matches()) {
        throw new WrongUsageException("-H: write a header field as in 'Accept: text/html'");
      }
      if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
        throw new WrongUsageException("-H: %s is set by the command: leave it out".formatted(name));
      }
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
        throw new WrongUsageException(
            "-H: the value of %s holds a line end or another control character".formatted(name));
      }
      if (value.isBlank() && !empty) {
        removed.add(name);
      } else {
        given.addUnsafeNonAscii(name, value.strip()); // sent as UTF-8
      }
    }
    return new Fields(given.build(), removed);
  }

  /** Returns the interceptor that removes fields which the user leaves out. */
  Interceptor adjustment() {
    List<String> removed = fields().removed();
    return chain -> {
      Request.Builder sent = chain.request().newBuilder();
      removed.forEach(sent::removeHeader);
      return chain.proceed(sent.build());
    };
  }

  /** Returns the scheme, the host and the port of a URL, without a default port. */
  static String origin(HttpUrl url) {
    boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
    String host = url.host().indexOf(':') < 0 ? url.host() : "[" + url.host() + "]";
    return url.scheme() + "://" + host + (usual ? "" : ":" + url.port());
  }
}
