package dev.mimic.mail;

import jakarta.activation.DataSource;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.ParseException;
import jakarta.mail.util.ByteArrayDataSource;
import java.net.URLConnection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A file that goes with a mail. */
record Attachment(String name, DataSource content) {
  private static final String BYTES = "application/octet-stream";

  // These must not be encoded (RFC 2045, section 6.4), and so would not arrive byte for byte.
  private static final Set<String> COMPOSITE = Set.of("message", "multipart");

  static Attachment of(String name, String type, byte[] content) {
    HeaderText.requireOneLine("type", type);
    return new Attachment(
        HeaderText.requireOneLine("name", name),
        new ByteArrayDataSource(content.clone(), isComposite(type) ? BYTES : type));
  }

  private static boolean isComposite(String type) {
    try {
      String primary = new ContentType(type).getPrimaryType();
      return COMPOSITE.contains(primary.toLowerCase(Locale.ROOT));
    } catch (ParseException e) {
      throw new IllegalArgumentException("type (%s) must be such as image/png".formatted(type), e);
    }
  }

  /** Returns what a file's name says that it is, the same on every host. */
  static String typeOf(String name) {
    return Optional.ofNullable(URLConnection.guessContentTypeFromName(name)).orElse(BYTES);
  }
}
