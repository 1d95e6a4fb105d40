package dev.mimic.mail;

import com.google.common.base.Utf8;
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.ParseException;
import jakarta.mail.util.ByteArrayDataSource;
import java.net.URLConnection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A file attached to a mail. */
record Attachment(String name, DataSource content) {
  private static final String BINARY = "application/octet-stream";
  private static final int MAX_TYPE = 255; // two names of 127 and a slash (RFC 6838, section 4.2)

  // Composite types must not be encoded (RFC 2045, section 6.4), so bytes could change in transit.
  private static final Set<String> COMPOSITE = Set.of("message", "multipart");

  static Attachment of(String name, String type, byte[] content) {
    HeaderText.requireOneLine("type", type);
    HeaderText.requireOneLine("name", name);
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "name must not be empty: give a file name, such as notes.txt");
    }
    return new Attachment(name, new ByteArrayDataSource(content.clone(), sentType(type, content)));
  }

  /** Returns the type for the header. Adds the charset if the content is text in UTF-8. */
  private static String sentType(String type, byte[] content) {
    try {
      ContentType parsed = new ContentType(type);
      if (type.length() > MAX_TYPE || !type.chars().allMatch(c -> c >= ' ' && c < 127)) {
        throw new IllegalArgumentException(
            "type must be at most %d characters of ASCII".formatted(MAX_TYPE));
      }
      String primary = parsed.getPrimaryType().toLowerCase(Locale.ROOT);
      if (COMPOSITE.contains(primary)) {
        return BINARY;
      }
      boolean isUtf8 = primary.equals("text") && Utf8.isWellFormed(content);
      return isUtf8 && parsed.getParameter("charset") == null ? type + "; charset=UTF-8" : type;
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          "type (%s) must be a media type, such as image/png".formatted(type), e);
    }
  }

  /** Returns the media type for a file name. Uses no configuration of the host. */
  static String typeOf(String name) {
    return Optional.ofNullable(URLConnection.guessContentTypeFromName(name)).orElse(BINARY);
  }

  /** Returns the MIME part. Text is encoded in base64 too, so that no byte changes in transit. */
  MimeBodyPart part() throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(new DataHandler(content));
    part.setHeader("Content-Type", content.getContentType());
    part.setHeader("Content-Disposition", "attachment" + HeaderText.parameter("filename", name));
    part.setHeader("Content-Transfer-Encoding", "base64");
    return part;
  }
}
