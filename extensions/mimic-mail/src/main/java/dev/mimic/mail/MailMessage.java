package dev.mimic.mail;

import static java.util.Objects.requireNonNull;

import com.google.common.base.CharMatcher;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.InternetHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A mail (RFC 5322, MIME) with its envelope: the sender and the recipients. Immutable.
 *
 * <pre>{@code
 * MailMessage mail =
 *     MailMessage.builder()
 *         .from("Ann <ann@example.org>")
 *         .to("bob@example.org")
 *         .subject("Lunch?")
 *         .text("At noon.")
 *         .build();
 * }</pre>
 */
public final class MailMessage {
  private static final int MAX_LINE = 998;

  private final String from;
  private final List<String> recipients;
  private final byte[] bytes;

  private MailMessage(String from, Set<String> recipients, byte[] bytes) {
    this.from = from;
    this.recipients = List.copyOf(recipients);
    this.bytes = bytes;
    requireValidLines(bytes);
  }

  /** Throws if a line exceeds 998 bytes (RFC 5322, section 2.1.1) or contains a NUL. */
  private static void requireValidLines(byte[] bytes) {
    int line = 1;
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte each = bytes[i];
      boolean ends =
          each == '\n' || (each == '\r' && !(i + 1 < bytes.length && bytes[i + 1] == '\n'));
      length = ends ? 0 : length + (each == '\r' ? 0 : 1);
      if (length > MAX_LINE || each == 0) {
        throw new IllegalArgumentException(
            "line %d of the mail has %s: encode it in base64 or quoted-printable"
                .formatted(line, each == 0 ? "a NUL" : "more than %d bytes".formatted(MAX_LINE)));
      }
      line += ends ? 1 : 0;
    }
  }

  /** Returns a builder for a mail with a text and optional attachments. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a mail from its MIME representation. It is sent unchanged, except that {@code Bcc} is
   * removed and line ends become CR LF. The sender is taken from {@code Sender}, or from {@code
   * From} if that is absent. The recipients are those of {@code To}, {@code Cc} and {@code Bcc}.
   *
   * @throws IllegalArgumentException if the sender or all recipients are missing, or an address is
   *     malformed; if a header is not in ASCII; if a line exceeds 998 bytes or contains a NUL; or
   *     if the mail was resent ({@code Resent-To} etc.), since {@code To} does not name the current
   *     recipients then
   */
  public static MailMessage ofMime(byte[] mime) {
    try {
      InternetHeaders headers = new InternetHeaders(new ByteArrayInputStream(mime));
      for (Header each : Collections.list(headers.getAllHeaders())) {
        requireSendable(each);
      }
      List<String> senders = addresses(headers, "Sender");
      if (senders.isEmpty()) {
        senders = addresses(headers, "From");
      }
      if (senders.isEmpty()) {
        throw new IllegalArgumentException("the mail has no From header: add one");
      }
      Set<String> recipients = new LinkedHashSet<>();
      for (String field : List.of("To", "Cc", "Bcc")) {
        recipients.addAll(addresses(headers, field));
      }
      requireRecipient(recipients);
      return new MailMessage(senders.getFirst(), recipients, mime.clone());
    } catch (MessagingException e) {
      throw new IllegalArgumentException(
          "the headers of the mail are malformed: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a mail from a stream, as {@link #ofMime(byte[])} does. Reads the stream to its end and
   * does not close it.
   */
  public static MailMessage ofMime(InputStream mime) throws IOException {
    return ofMime(mime.readAllBytes());
  }

  private static void requireSendable(Header header) {
    String name = header.getName();
    if (name.toLowerCase(Locale.ROOT).startsWith("resent-")) {
      throw new IllegalArgumentException(
          "the mail has the header %s: remove it, or attach the mail to a new one".formatted(name));
    }
    if (!CharMatcher.ascii().matchesAllOf(name + header.getValue())) {
      throw new IllegalArgumentException(
          "the mail's %s is not in ASCII: encode it as =?UTF-8?... (RFC 2047)".formatted(name));
    }
  }

  private static List<String> addresses(InternetHeaders headers, String field)
      throws MessagingException {
    List<String> found = new ArrayList<>();
    Optional<String> value = Optional.ofNullable(headers.getHeader(field, ","));
    if (value.isPresent()) {
      for (InternetAddress each : InternetAddress.parseHeader(value.get(), true)) {
        InternetAddress[] group = each.isGroup() ? each.getGroup(true) : null;
        for (InternetAddress one : group == null ? new InternetAddress[] {each} : group) {
          found.add(Mailbox.parse(field, one.getAddress()).address());
        }
      }
    }
    return found;
  }

  private static void requireRecipient(Set<String> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail needs a recipient: set to, cc or bcc");
    }
  }

  /** Returns the address of the sender. */
  public String from() {
    return from;
  }

  /** Returns the addresses of the recipients, without duplicates. */
  public List<String> recipients() {
    return recipients;
  }

  /** Returns the MIME representation. A mail from a builder has no {@code Bcc} header. */
  public byte[] mime() {
    return bytes.clone();
  }

  byte[] bytes() {
    return bytes;
  }

  /** Returns whether there are bytes above 127, which a server must support (8BITMIME). */
  boolean hasEightBits() {
    for (byte each : bytes) {
      if (each < 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the addresses that require a server with SMTPUTF8. */
  List<String> nonAsciiAddresses() {
    return Stream.concat(Stream.of(from), recipients.stream())
        .filter(each -> !Mailbox.isAscii(each))
        .toList();
  }

  /** Returns a description with the sender and the number of recipients. */
  @Override
  public String toString() {
    return "mail from %s to %d".formatted(from, recipients.size());
  }

  /**
   * A builder for a {@link MailMessage}. Not thread-safe. Every header value must be a single line:
   * the methods throw {@link IllegalArgumentException} if it contains a line break or another
   * control character.
   */
  public static final class Builder {
    private final List<Mailbox> to = new ArrayList<>();
    private final List<Mailbox> cc = new ArrayList<>();
    private final List<Mailbox> bcc = new ArrayList<>();
    private final List<Attachment> attachments = new ArrayList<>();
    private Optional<Mailbox> from = Optional.empty();
    private InstantSource clock = InstantSource.system();
    private String subject = "";
    private String text = "";

    private Builder() {}

    /**
     * Sets the sender: {@code ann@example.org}, or {@code Ann <ann@example.org>}. An
     * internationalized domain is sent in its ASCII form ({@code xn--...}). If the part before
     * the @ is not in ASCII, the server must support SMTPUTF8 (RFC 6531).
     */
    public Builder from(String address) {
      this.from = Optional.of(Mailbox.parse("from", address));
      return this;
    }

    /** Adds recipients. */
    public Builder to(String... addresses) {
      return add(to, "to", addresses);
    }

    /** Adds recipients of a copy. */
    public Builder cc(String... addresses) {
      return add(cc, "cc", addresses);
    }

    /** Adds recipients of a blind copy, whom the mail does not name. */
    public Builder bcc(String... addresses) {
      return add(bcc, "bcc", addresses);
    }

    private Builder add(List<Mailbox> list, String field, String... addresses) {
      for (String each : addresses) {
        list.add(Mailbox.parse(field, each));
      }
      return this;
    }

    /** Sets the subject. It arrives unchanged, even if it contains {@code =?}. */
    public Builder subject(String subject) {
      this.subject = HeaderText.requireOneLine("subject", subject);
      return this;
    }

    /** Sets the clock for the date of the mail. Defaults to the system clock. */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the text. Each CR LF, CR and LF becomes CR LF, and a missing CR LF at the end is added.
     */
    public Builder text(String text) {
      this.text = HeaderText.requireEncodable("text", text);
      return this;
    }

    /**
     * Adds an attachment, whose bytes arrive unchanged.
     *
     * @param name the file name that recipients see
     * @param type the media type, such as {@code image/png}. The composite types {@code message}
     *     and {@code multipart} are replaced by {@code application/octet-stream}, since their bytes
     *     could change in transit.
     */
    public Builder attach(String name, String type, byte[] content) {
      attachments.add(Attachment.of(name, type, content));
      return this;
    }

    /**
     * Adds an attachment. Its media type is determined by the extension of its name, and defaults
     * to {@code application/octet-stream}.
     */
    public Builder attach(String name, byte[] content) {
      return attach(name, Attachment.typeOf(name), content);
    }

    /** Reads a file and adds it under its own name. */
    public Builder attach(Path file) throws IOException {
      return attach(String.valueOf(file.getFileName()), Files.readAllBytes(file));
    }

    /**
     * Returns the mail, with the current date of the clock.
     *
     * @throws IllegalStateException if no sender is set
     * @throws IllegalArgumentException if there is no recipient
     */
    public MailMessage build() {
      Mailbox sender =
          from.orElseThrow(() -> new IllegalStateException("a mail needs a sender: set from"));
      Set<String> recipients = new LinkedHashSet<>();
      for (List<Mailbox> each : List.of(to, cc, bcc)) {
        each.forEach(mailbox -> recipients.add(mailbox.address()));
      }
      requireRecipient(recipients);
      byte[] bytes =
          new MimeWriter(sender, to, cc, clock.instant(), subject, text, attachments).write();
      return new MailMessage(sender.address(), recipients, bytes);
    }
  }
}
