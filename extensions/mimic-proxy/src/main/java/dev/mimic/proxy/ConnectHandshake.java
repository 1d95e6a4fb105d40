package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The handshake of an HTTP/1.1 proxy: the method CONNECT (RFC 9110, section 9.3.6). */
record ConnectHandshake(HostPort proxy, Optional<ProxyCredentials> credentials)
    implements ProxyHandshake {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_INTERIM_RESPONSES = 16; // with a status of 1xx
  private static final int MAX_REASON_CHARS = 100;

  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[0-9] ([0-9]{3})(?: ([^\\r\\n]*))?\\r?\\n", Pattern.DOTALL);

  /** Throws if the Basic scheme cannot send the credentials (RFC 7617, section 2). */
  static void check(ProxyCredentials credentials) {
    if (credentials.user().indexOf(':') >= 0) {
      throw new IllegalArgumentException("user must not contain a colon");
    }
    if (hasControls(credentials.user()) || hasControls(credentials.password())) {
      throw new IllegalArgumentException("user and password must not contain control characters");
    }
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  @Override
  public String protocol() {
    return "http-proxy";
  }

  @Override
  public void connect(Flow flow, HostPort to) throws IOException {
    ProxyExchange exchange = new ProxyExchange(flow, description());
    exchange.send("CONNECT " + to, request(to).getBytes(US_ASCII));
    int status = 0;
    for (int responses = 0; status < 200; responses++) {
      if (responses > MAX_INTERIM_RESPONSES) {
        throw new IOException(
            "%s sent more than %d interim responses (1xx)"
                .formatted(description(), MAX_INTERIM_RESPONSES));
      }
      status = status(head(exchange), to);
    }
  }

  private String description() {
    return "the HTTP proxy " + proxy;
  }

  private String request(HostPort to) throws ConnectException {
    if (to.host().chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new ConnectException("%s is not a valid host name".formatted(to));
    }
    StringBuilder request = new StringBuilder();
    request.append("CONNECT ").append(to).append(" HTTP/1.1\r\nHost: ").append(to).append("\r\n");
    credentials.ifPresent(
        given ->
            request.append("Proxy-Authorization: Basic ").append(given.basic()).append("\r\n"));
    return request.append("\r\n").toString();
  }

  /** Reads the head of a response up to its empty line, and nothing beyond it. */
  private String head(ProxyExchange exchange) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!isComplete(head)) {
      if (head.length() > MAX_HEAD_BYTES) {
        throw new IOException(
            "%s sent a response head of more than %d bytes"
                .formatted(description(), MAX_HEAD_BYTES));
      }
      // Within a line, at least two bytes remain: the shortest end of a head is two line feeds.
      boolean atLineStart = endsWith(head, "\n") || endsWith(head, "\n\r");
      head.append(new String(exchange.read(atLineStart ? 1 : 2), ISO_8859_1));
    }
    return head.toString();
  }

  private static boolean isComplete(StringBuilder head) {
    return endsWith(head, "\n\n") || endsWith(head, "\n\r\n");
  }

  private static boolean endsWith(StringBuilder text, String end) {
    int at = text.length() - end.length();
    return at >= 0 && text.indexOf(end, at) == at;
  }

  /** Returns the status of a response, or throws if it is a refusal. */
  private int status(String head, HostPort to) throws IOException {
    Matcher line = STATUS_LINE.matcher(head);
    if (!line.lookingAt()) {
      throw new IOException(description() + " did not answer in HTTP/1.1: check its host and port");
    }
    int status = Integer.parseInt(line.group(1));
    if (status < 300) {
      return status;
    }
    String reason = status + " " + redacted(Optional.ofNullable(line.group(2)).orElse(""));
    if (status == 407 || status == 401) { // tinyproxy sends 401, which is meant for servers
      throw new IOException(
          credentials.isPresent()
              ? "%s refused the user %s or the password (%s)"
                  .formatted(description(), credentials.get().redactedUser(), reason.strip())
              : "%s (%s)"
                  .formatted(ProxyCredentials.requiredMessage(description()), reason.strip()));
    }
    throw new ConnectException(
        "%s could not connect to %s: %s".formatted(description(), to, reason.strip()));
  }

  /** Returns a reason phrase in printable ASCII, or {@code ***} if it contains the password. */
  private String redacted(String reason) {
    if (credentials.isPresent() && credentials.get().secrets().areEchoedIn(reason)) {
      return "***";
    }
    String printable = reason.replaceAll("[^ -~]", "?");
    return printable.length() > MAX_REASON_CHARS
        ? printable.substring(0, MAX_REASON_CHARS) + "..."
        : printable;
  }
}
