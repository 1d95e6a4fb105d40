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

/** A file that goes with a mail. */
record Attachment(String name, DataSource content) {
  private static final String BYTES = "application/octet-stream";
  private static final int MAX_TYPE = 255; // two names of 127 (RFC 6838, section 4.2)

  // These must not be encoded (RFC 2045, section 6.4), and so would not arrive byte for byte.
  private static final Set<String> COMPOSITE = Set.of("message", "multipart");

  static Attachment of(String name, String type, byte[] content) {
    HeaderText.requireOneLine("type", type);
    HeaderText.requireOneLine("name", name);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name must be such as notes.txt, and is empty");
    }
    return new Attachment(name, new ByteArrayDataSource(content.clone(), whole(type, content)));
  }

  /** Returns the type that is sent; a text in UTF-8 is called that. */
  private static String whole(String type, byte[] content) {
    try {
      ContentType parsed = new ContentType(type);
      if (type.length() > MAX_TYPE || !type.chars().allMatch(c -> c >= ' ' && c < 127)) {
        throw new IllegalArgumentException(
            "type must be at most %d characters of ASCII".formatted(MAX_TYPE));
      }
      String primary = parsed.getPrimaryType().toLowerCase(Locale.ROOT);
      if (COMPOSITE.contains(primary)) {
        return BYTES;
      }
      boolean isUtf8 = primary.equals("text") && Utf8.isWellFormed(content);
      return isUtf8 && parsed.getParameter("charset") == null ? type + "; charset=UTF-8" : type;
    } catch (ParseException e) {
      throw new IllegalArgumentException("type (%s) must be such as image/png".formatted(type), e);
    }
  }

  /** Returns what a file's name says that it is, the same on every host. */
  static String typeOf(String name) {
    return Optional.ofNullable(URLConnection.guessContentTypeFromName(name)).orElse(BYTES);
  }

  /** Returns the part that it is; in base64, text as well: not a byte is changed. */
  MimeBodyPart part() throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(new DataHandler(content));
    part.setHeader("Content-Type", content.getContentType());
    part.setHeader("Content-Disposition", "attachment" + HeaderText.parameter("filename", name));
    part.setHeader("Content-Transfer-Encoding", "base64");
    return part;
  }
}
