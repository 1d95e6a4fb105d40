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

/** The method CONNECT of HTTP/1.1. */
record ConnectDialogue(HostPort proxy, Optional<ProxyCredentials> credentials) implements Dialogue {
  private static final int MOST_BYTES = 64 * 1024; // of an answer's head
  private static final int MOST_INTERIM = 16; // answers of 1xx
  private static final int MOST_SHOWN = 100; // characters of a reason

  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[0-9] ([0-9]{3})(?: ([^\\r\\n]*))?\\r?\\n", Pattern.DOTALL);

  /** Checks that they can be sent (RFC 7617, section 2). */
  static void check(ProxyCredentials credentials) {
    if (credentials.user().indexOf(':') >= 0) {
      throw new IllegalArgumentException("user must not have a colon in it");
    }
    if (hasControls(credentials.user()) || hasControls(credentials.password())) {
      throw new IllegalArgumentException("user and password must not have control characters");
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
  public void ask(Flow flow, HostPort to) throws IOException {
    ProxyTalk talk = new ProxyTalk(flow, described());
    talk.ask("CONNECT " + to, request(to).getBytes(US_ASCII));
    int status = 0;
    for (int answers = 0; status < 200; answers++) {
      if (answers > MOST_INTERIM) {
        throw new IOException(described() + " goes on saying that it is not ready");
      }
      status = status(head(talk), to);
    }
  }

  private String described() {
    return "the HTTP proxy " + proxy;
  }

  private String request(HostPort to) throws ConnectException {
    if (to.host().chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new ConnectException("%s is not the name of a host".formatted(to));
    }
    StringBuilder request = new StringBuilder();
    request.append("CONNECT ").append(to).append(" HTTP/1.1\r\nHost: ").append(to).append("\r\n");
    credentials.ifPresent(
        who -> request.append("Proxy-Authorization: Basic ").append(who.basic()).append("\r\n"));
    return request.append("\r\n").toString();
  }

  /** Returns the head of an answer, up to its empty line, and reads no further. */
  private String head(ProxyTalk talk) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!isWhole(head)) {
      if (head.length() > MOST_BYTES) {
        throw new IOException(described() + " answers with too much to be one of HTTP");
      }
      // The shortest end of a head is two line feeds, so two bytes more are safe within a line.
      boolean atLineStart = endsWith(head, "\n") || endsWith(head, "\n\r");
      head.append(new String(talk.next(atLineStart ? 1 : 2), ISO_8859_1));
    }
    return head.toString();
  }

  private static boolean isWhole(StringBuilder head) {
    return endsWith(head, "\n\n") || endsWith(head, "\n\r\n");
  }

  private static boolean endsWith(StringBuilder text, String end) {
    int at = text.length() - end.length();
    return at >= 0 && text.indexOf(end, at) == at;
  }

  /** Returns the status if it is not a refusal. */
  private int status(String head, HostPort to) throws IOException {
    Matcher line = STATUS_LINE.matcher(head);
    if (!line.lookingAt()) {
      throw new IOException(described() + " does not answer in HTTP/1.1: is it one?");
    }
    int status = Integer.parseInt(line.group(1));
    if (status < 300) {
      return status;
    }
    String reason = status + " " + shown(Optional.ofNullable(line.group(2)).orElse(""));
    if (status == 407 || status == 401) { // 401 is a server's word, and what tinyproxy says
      throw new IOException(
          credentials.isPresent()
              ? "%s refused the user %s or the password (%s)"
                  .formatted(described(), credentials.get().shownUser(), reason.strip())
              : "%s wants to know who it is: give it a user and a password (%s)"
                  .formatted(described(), reason.strip()));
    }
    throw new ConnectException(
        "no connection to %s, says %s: %s".formatted(to, described(), reason.strip()));
  }

  /** Returns what a proxy says, as far as it can be printed, unless it repeats the password. */
  private String shown(String reason) {
    if (credentials.isPresent() && credentials.get().secrets().areEchoedIn(reason)) {
      return "***";
    }
    String printable = reason.replaceAll("[^ -~]", "?");
    return printable.length() > MOST_SHOWN ? printable.substring(0, MOST_SHOWN) + "..." : printable;
  }
}
