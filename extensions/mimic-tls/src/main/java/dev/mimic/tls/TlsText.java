package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What people are told of TLS. */
final class TlsText {
  private static final int SHOWN_BYTES = 32;

  // Providers name the alert that they received, or sent, in the text of the exception.
  private static final Pattern ALERT = Pattern.compile("[a-z]+(_[a-z]+)+");

  private static final Map<String, String> ALERTS =
      Map.of(
          "protocol_version",
          "the two sides have no version of TLS in common",
          "handshake_failure",
          "the peer refused: most often, no cipher suite in common, or a client certificate wanted",
          "insufficient_security",
          "the peer wants stronger cipher suites",
          "certificate_required",
          "the server wants a client certificate: give one as Tls.IDENTITY",
          "unknown_ca",
          "the peer does not trust the authority of the certificate given to it",
          "bad_certificate",
          "the peer refused the certificate given to it, or that none was given",
          "certificate_expired",
          "the certificate given to the peer has expired",
          "certificate_unknown",
          "the peer refused the certificate given to it",
          "unrecognized_name",
          "the server does not know the name that it was asked for (SNI)",
          "no_application_protocol",
          "the two sides have no application protocol in common (ALPN)");

  private TlsText() {}

  /** Returns whether these bytes can begin a record (RFC 8446, section 5.1). */
  static boolean isRecord(ByteBuffer bytes) {
    int type = bytes.get(bytes.position());
    int major = bytes.get(bytes.position() + 1);
    return type >= 20 && type <= 24 && major == 3;
  }

  /** Returns the beginning of what is no TLS, to be recognized. */
  static String beginning(ByteBuffer bytes) {
    byte[] shown = new byte[Math.min(SHOWN_BYTES, bytes.remaining())];
    bytes.get(bytes.position(), shown);
    return "it sent \"" + new String(shown, US_ASCII).replaceAll("[^ -~]", "?") + "\"";
  }

  /** Returns why it failed, in one line. */
  static String reason(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    return alert(text).map(known -> known + " (" + text + ")").orElse(text);
  }

  private static Optional<String> alert(String text) {
    Matcher words = ALERT.matcher(text.toLowerCase(Locale.ROOT));
    return words.results().map(word -> ALERTS.get(word.group())).filter(x -> x != null).findFirst();
  }
}
