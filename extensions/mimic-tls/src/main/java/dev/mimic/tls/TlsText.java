package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What people are told of TLS. */
final class TlsText {
  private static final int SHOWN_BYTES = 32;
  private static final int MOST_CAUSES = 16;

  // Providers name the alert that they received, or sent, in the text of the exception.
  private static final Pattern ALERT = Pattern.compile("\\b[a-z]+(?:_[a-z]+)+\\b");
  private static final Pattern RECEIVED =
      Pattern.compile("Received (?:fatal|close) alert|TlsFatalAlertReceived");
  private static final Pattern DECORATION =
      Pattern.compile("^(?:\\([a-z_]+\\) |[\\w.]+(?:Alert|Exception): )+");

  // RFC 8446, section 6.2, as the peer means them.
  private static final Map<String, String> RECEIVED_ALERTS =
      Map.ofEntries(
          Map.entry(
              "protocol_version", "the peer speaks none of the versions of TLS offered to it"),
          Map.entry(
              "handshake_failure",
              "the peer refused: most often there is no cipher suite in common"),
          Map.entry("insufficient_security", "the peer wants stronger cipher suites"),
          Map.entry(
              "certificate_required",
              "the server wants a client certificate: give one as Tls.IDENTITY"),
          Map.entry(
              "unknown_ca", "the peer does not trust the authority of the certificate shown to it"),
          Map.entry("bad_certificate", "the peer refused the certificate shown to it"),
          Map.entry(
              "unsupported_certificate",
              "the peer refused the certificate shown to it: it is of a kind that it cannot use"),
          Map.entry(
              "certificate_revoked", "the peer says that the certificate shown to it is revoked"),
          Map.entry(
              "certificate_expired",
              "the peer says that the certificate shown to it has expired, or is not valid yet"),
          Map.entry(
              "certificate_unknown",
              "the peer refused the certificate shown to it, and does not tell why"),
          Map.entry("access_denied", "the peer denies access to the certificate shown to it"),
          Map.entry(
              "unrecognized_name", "the server has no certificate for the name asked for (SNI)"),
          Map.entry(
              "no_application_protocol",
              "the peer speaks none of the application protocols offered to it (ALPN)"));

  // What this side has found wrong, where providers say it in words of their own.
  private static final Map<String, String> OWN_ALERTS =
      Map.of(
          "protocol_version",
          "the two sides have no version of TLS in common (Tls.VERSIONS)",
          "certificate_required",
          "the client has shown no certificate, and this server demands one",
          "no_application_protocol",
          "the two sides have no application protocol in common (ALPN)",
          "bad_record_mac",
          "a record was damaged on its way, or tampered with");

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

  /** Returns why it failed, in one line: what was found, and what to do. */
  static String reason(Throwable failure) {
    return reason(failure, false);
  }

  /**
   * Returns why it failed, in one line.
   *
   * @param allElseAgreed whether a bare refusal can only be for want of a client's certificate
   */
  static String reason(Throwable failure, boolean allElseAgreed) {
    Optional<String> refused = refusedCertificate(failure);
    if (refused.isPresent()) {
      return refused.get();
    }
    String text = String.valueOf(failure.getMessage());
    boolean received = RECEIVED.matcher(text).find();
    String alert = alert(text);
    // TLS 1.2 has no alert of its own for this.
    boolean certificateWanted = allElseAgreed && alert.equals("handshake_failure");
    String meant = certificateWanted ? "certificate_required" : alert;
    return received ? ofPeer(alert, RECEIVED_ALERTS.get(meant), text) : own(meant, text);
  }

  /** Returns the name of the alert by which the peer ended the handshake, or nothing. */
  static String receivedAlert(Throwable failure) {
    @Nullable Throwable at = failure;
    for (int i = 0; at != null && i < MOST_CAUSES; i++, at = at.getCause()) {
      String text = String.valueOf(at.getMessage());
      if (RECEIVED.matcher(text).find()) {
        return alert(text);
      }
    }
    return "";
  }

  private static Optional<String> refusedCertificate(Throwable failure) {
    @Nullable Throwable at = failure;
    for (int i = 0; at != null && i < MOST_CAUSES; i++, at = at.getCause()) {
      if (at instanceof RefusedCertificateException) {
        return Optional.ofNullable(at.getMessage());
      }
    }
    return Optional.empty();
  }

  private static String ofPeer(String alert, @Nullable String meaning, String text) {
    return meaning != null
        ? "%s (alert %s)".formatted(meaning, alert)
        : "the peer ended TLS by the alert " + (alert.isEmpty() ? undecorated(text) : alert);
  }

  private static String own(String alert, String text) {
    if (text.contains("cipher suite")) {
      return "the two sides have no cipher suite in common (Tls.CIPHER_SUITES)";
    }
    return Optional.ofNullable(OWN_ALERTS.get(alert)).orElseGet(() -> undecorated(text));
  }

  /** Returns the name of the alert, or nothing. */
  private static String alert(String text) {
    Matcher words = ALERT.matcher(text);
    return words.find() ? words.group() : "";
  }

  private static String undecorated(String text) {
    return DECORATION.matcher(text).replaceFirst("").replaceAll("\\s+", " ");
  }
}
