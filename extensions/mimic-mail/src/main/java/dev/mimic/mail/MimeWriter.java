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

/** An encoder of a mail as a {@link MimeMessage} with headers, a text and attachments. */
record MimeWriter(
    Mailbox from,
    List<Mailbox> to,
    List<Mailbox> cc,
    Instant date,
    String subject,
    String text,
    List<Attachment> attachments) {

  // RFC 5322, section 3.3. The JDK's RFC_1123_DATE_TIME writes a zone name, which is obsolete.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

  byte[] write() {
    MimeMessage message = new DomainIdMessage(from.address(), settings());
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
      throw new IllegalArgumentException("the mail cannot be encoded: " + e.getMessage(), e);
    }
  }

  /** Returns settings that leave addresses in UTF-8 unencoded in headers (RFC 6532). */
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

  /** Returns the text with CR LF at the end of each line, also if it is encoded. */
  private DataHandler textHandler() {
    String lines = text.replaceAll("\\r\\n|\\r|\\n", "\r\n");
    String terminated = lines.isEmpty() || lines.endsWith("\r\n") ? lines : lines + "\r\n";
    // A source of bytes, since other contents depend on tables that the whole JVM shares.
    return new DataHandler(
        new ByteArrayDataSource(terminated.getBytes(UTF_8), "text/plain; charset=UTF-8"));
  }

  private DataHandler partsHandler() throws MessagingException {
    MimeMultipart parts = new MimeMultipart("mixed");
    MimeBodyPart first = new MimeBodyPart();
    first.setDataHandler(textHandler());
    parts.addBodyPart(first);
    for (Attachment each : attachments) {
      parts.addBodyPart(each.part());
    }
    return new PartsHandler(parts);
  }

  /** A handler that writes the parts without the shared tables. */
  private static final class PartsHandler extends DataHandler {
    private final MimeMultipart parts;

    PartsHandler(MimeMultipart parts) {
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

  /** A message whose ID contains the sender's domain, and not the name of this host. */
  private static final class DomainIdMessage extends MimeMessage {
    private final String domain;

    DomainIdMessage(String from, Properties settings) {
      super(Session.getInstance(settings));
      this.domain = from.substring(from.lastIndexOf('@') + 1);
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<%s@%s>".formatted(UUID.randomUUID(), domain));
    }
  }
}
