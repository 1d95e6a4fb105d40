package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import jakarta.activation.DataHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;

/** Has {@link MimeMessage} write a mail: its headers, its text, and what is attached to it. */
record MimeWriter(
    Mailbox from,
    List<Mailbox> to,
    List<Mailbox> cc,
    Instant date,
    String subject,
    String text,
    List<Attachment> attachments) {

  // RFC 5322, section 3.3; the JDK's RFC_1123_DATE_TIME writes a zone that is obsolete there.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

  byte[] write() {
    Identified message = new Identified(from.address(), settings());
    try {
      message.setHeader("From", from.header());
      setRecipients(message, "To", to);
      setRecipients(message, "Cc", cc);
      message.setHeader("Subject", HeaderText.unstructured("Subject", subject));
      message.setHeader("Date", DATE.format(date.atOffset(ZoneOffset.UTC)));
      message.setDataHandler(attachments.isEmpty() ? textHandler() : partsHandler());
      message.saveChanges();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      message.writeTo(out);
      return out.toByteArray();
    } catch (MessagingException | IOException e) {
      throw new IllegalArgumentException("no mail can be made of that: " + e.getMessage(), e);
    }
  }

  /** Returns settings by which a header has an address in UTF-8 as it is (RFC 6532). */
  private static Properties settings() {
    Properties settings = new Properties();
    settings.setProperty("mail.mime.allowutf8", "true");
    return settings;
  }

  private static void setRecipients(MimeMessage message, String field, List<Mailbox> mailboxes)
      throws MessagingException {
    if (!mailboxes.isEmpty()) {
      message.setHeader(field, mailboxes.stream().map(Mailbox::header).collect(joining(",\r\n ")));
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
      parts.addBodyPart(each.part());
    }
    return new Parts(parts);
  }

  /** A handler that writes the parts without those tables. */
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

    Identified(String from, Properties settings) {
      super(Session.getInstance(settings));
      this.domain = from.substring(from.lastIndexOf('@') + 1);
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<%s@%s>".formatted(UUID.randomUUID(), domain));
    }
  }
}
