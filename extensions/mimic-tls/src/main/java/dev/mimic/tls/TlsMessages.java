package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Error messages about TLS, derived from the exceptions of the providers. */
final class TlsMessages {
  private static final int SHOWN_BYTES = 32;
  private static final int MAX_CAUSES = 16;

  // Providers name the alert that they received or sent in the message of the exception.
  private static final Pattern ALERT = Pattern.compile("\\b[a-z]+(?:_[a-z]+)+\\b");
  private static final Pattern RECEIVED =
      Pattern.compile("Received (?:fatal|close) alert|TlsFatalAlertReceived");
  private static final Pattern DECORATION =
      Pattern.compile("^(?:\\([a-z_]+\\) |[\\w.]+(?:Alert|Exception): )+");

  // The meaning of alerts that the peer sends (RFC 8446, section 6.2).
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
              "the peer refused the certificate shown to it, and gives no reason"),
          Map.entry("access_denied", "the peer denies access to the certificate shown to it"),
          Map.entry(
              "unrecognized_name", "the server has no certificate for the name asked for (SNI)"),
          Map.entry(
              "no_application_protocol",
              "the peer speaks none of the application protocols offered to it (ALPN)"));

  // The meaning of alerts that this side sends.
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

  private TlsMessages() {}

  /** Returns whether a record can begin with these bytes (RFC 8446, section 5.1). */
  static boolean isRecord(ByteBuffer bytes) {
    int type = bytes.get(bytes.position());
    int major = bytes.get(bytes.position() + 1);
    return type >= 20 && type <= 24 && major == 3;
  }

  /** Returns a quotation of the first bytes of a peer that does not speak TLS. */
  static String firstBytes(ByteBuffer bytes) {
    byte[] shown = new byte[Math.min(SHOWN_BYTES, bytes.remaining())];
    bytes.get(bytes.position(), shown);
    return "it sent \"" + new String(shown, US_ASCII).replaceAll("[^ -~]", "?") + "\"";
  }

  /** Returns the reason of a failure and its remedy, in one line. */
  static String reason(Throwable failure) {
    return reason(failure, false);
  }

  /**
   * Returns the reason of a failure, in one line.
   *
   * @param clientCertificateMissing whether a missing client certificate is the only possible cause
   *     of a {@code handshake_failure}
   */
  static String reason(Throwable failure, boolean clientCertificateMissing) {
    Optional<String> refused = refusedCertificate(failure);
    if (refused.isPresent()) {
      return refused.get();
    }
    String text = String.valueOf(failure.getMessage());
    boolean received = RECEIVED.matcher(text).find();
    String alert = alert(text);
    // TLS 1.2 has no alert for a missing certificate.
    boolean isCertificateMissing = clientCertificateMissing && alert.equals("handshake_failure");
    String meant = isCertificateMissing ? "certificate_required" : alert;
    return received ? ofPeer(alert, RECEIVED_ALERTS.get(meant), text) : own(meant, text);
  }

  /** Returns the name of the alert by which the peer ended the handshake, or an empty string. */
  static String receivedAlert(Throwable failure) {
    @Nullable Throwable at = failure;
    for (int i = 0; at != null && i < MAX_CAUSES; i++, at = at.getCause()) {
      String text = String.valueOf(at.getMessage());
      if (RECEIVED.matcher(text).find()) {
        return alert(text);
      }
    }
    return "";
  }

  private static Optional<String> refusedCertificate(Throwable failure) {
    @Nullable Throwable at = failure;
    for (int i = 0; at != null && i < MAX_CAUSES; i++, at = at.getCause()) {
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

  /** Returns the name of the alert, or an empty string. */
  private static String alert(String text) {
    Matcher words = ALERT.matcher(text);
    return words.find() ? words.group() : "";
  }

  private static String undecorated(String text) {
    return DECORATION.matcher(text).replaceFirst("").replaceAll("\\s+", " ");
  }
}
