package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.activation.DataHandler;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;

/** Writes a mail: its headers, its text, and what is attached to it. */
record MimeWriter(
    InternetAddress from,
    List<InternetAddress> to,
    List<InternetAddress> cc,
    String subject,
    String text,
    List<Attachment> attachments) {

  // RFC 5322, section 3.3; the JDK's RFC_1123_DATE_TIME writes a zone that is obsolete there.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

  byte[] write() {
    Identified message = new Identified(from.getAddress());
    try {
      message.setFrom(from);
      message.setRecipients(RecipientType.TO, to.toArray(InternetAddress[]::new));
      message.setRecipients(RecipientType.CC, cc.toArray(InternetAddress[]::new));
      message.setSubject(subject, "UTF-8");
      message.setHeader("Date", DATE.format(OffsetDateTime.now(ZoneOffset.UTC)));
      message.setDataHandler(attachments.isEmpty() ? textHandler() : partsHandler());
      message.saveChanges();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      message.writeTo(out);
      return out.toByteArray();
    } catch (MessagingException | IOException e) {
      throw new IllegalArgumentException("no mail can be made of that: " + e.getMessage(), e);
    }
  }

  /** Its lines end as mail has it, also where they are encoded. */
  private DataHandler textHandler() {
    String lines = text.replaceAll("\\r\\n|\\r|\\n", "\r\n");
    String whole = lines.isEmpty() || lines.endsWith("\r\n") ? lines : lines + "\r\n";
    // Of bytes alone: for other contents the library asks tables that the whole JVM shares.
    return new DataHandler(
        new ByteArrayDataSource(whole.getBytes(UTF_8), "text/plain; charset=UTF-8"));
  }

  private DataHandler partsHandler() throws MessagingException {
    MimeMultipart parts = new MimeMultipart("mixed");
    MimeBodyPart first = new MimeBodyPart();
    first.setDataHandler(textHandler());
    parts.addBodyPart(first);
    for (Attachment each : attachments) {
      parts.addBodyPart(part(each));
    }
    return new Parts(parts);
  }

  private static MimeBodyPart part(Attachment attachment) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(new DataHandler(attachment.content()));
    part.setDisposition(Part.ATTACHMENT);
    part.setFileName(attachment.name());
    part.setHeader("Content-Transfer-Encoding", "base64"); // text as well: not a byte is changed
    return part;
  }

  /** Writes the parts by itself, and so needs no such table. */
  private static final class Parts extends DataHandler {
    private final MimeMultipart parts;

    Parts(MimeMultipart parts) {
      super(parts, parts.getContentType());
      this.parts = parts;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      try {
        parts.writeTo(out);
      } catch (MessagingException e) {
        throw new IOException(e);
      }
    }
  }

  /** A message whose identity tells the sender's domain, and not what this host is called. */
  private static final class Identified extends MimeMessage {
    private final String domain;

    Identified(String from) {
      super(Session.getInstance(new Properties()));
      this.domain = from.substring(from.lastIndexOf('@') + 1);
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<%s@%s>".formatted(UUID.randomUUID(), domain));
    }
  }
}
