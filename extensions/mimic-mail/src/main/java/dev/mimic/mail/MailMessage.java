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
 * A mail (RFC 5322, MIME), and whom it is from and goes to. Immutable.
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
    requireLines(bytes);
  }

  /** Throws if a line is longer than servers take (RFC 5322, section 2.1.1), or has a NUL. */
  private static void requireLines(byte[] bytes) {
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

  /** Returns a builder of a mail with a text, and perhaps attachments. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the mail that these bytes are, as another program has written it: it is sent as it is,
   * but for {@code Bcc}, which is left out, and for line ends, which become CR LF. It is from whom
   * {@code Sender} names, or else {@code From}, and goes to all of {@code To}, {@code Cc} and
   * {@code Bcc}.
   *
   * @throws IllegalArgumentException if it has no sender or no recipient, or one is no address; if
   *     a header is not in ASCII; if a line has more than 998 bytes or a NUL; or if it has been
   *     sent on ({@code Resent-To} and such), for then these do not say whom it goes to now
   */
  public static MailMessage ofMime(byte[] mime) {
    try {
      InternetHeaders headers = new InternetHeaders(new ByteArrayInputStream(mime));
      for (Header each : Collections.list(headers.getAllHeaders())) {
        requireOrdinary(each);
      }
      List<String> senders = addresses(headers, "Sender");
      if (senders.isEmpty()) {
        senders = addresses(headers, "From");
      }
      if (senders.isEmpty()) {
        throw new IllegalArgumentException("the mail has no From: it is needed to send it");
      }
      Set<String> recipients = new LinkedHashSet<>();
      for (String field : List.of("To", "Cc", "Bcc")) {
        recipients.addAll(addresses(headers, field));
      }
      requireSome(recipients);
      return new MailMessage(senders.getFirst(), recipients, mime.clone());
    } catch (MessagingException e) {
      throw new IllegalArgumentException("the mail has no headers: " + e.getMessage(), e);
    }
  }

  /** The same of what this stream has; it is read to its end, and not closed. */
  public static MailMessage ofMime(InputStream mime) throws IOException {
    return ofMime(mime.readAllBytes());
  }

  private static void requireOrdinary(Header header) {
    String name = header.getName();
    if (name.toLowerCase(Locale.ROOT).startsWith("resent-")) {
      throw new IllegalArgumentException(
          "the mail has %s: send it on without, or as an attachment".formatted(name));
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

  private static void requireSome(Set<String> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail needs a recipient: give to, cc or bcc");
    }
  }

  /** Returns the address that it is from. */
  public String from() {
    return from;
  }

  /** Returns the addresses that it goes to, each once. */
  public List<String> recipients() {
    return recipients;
  }

  /** Returns the mail as it is sent, without {@code Bcc} if it was built here. */
  public byte[] mime() {
    return bytes.clone();
  }

  byte[] bytes() {
    return bytes;
  }

  /** Returns whether there are bytes above 127, which not every server takes. */
  boolean hasEightBits() {
    for (byte each : bytes) {
      if (each < 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the addresses that only a server with SMTPUTF8 takes. */
  List<String> addressesInUtf8() {
    return Stream.concat(Stream.of(from), recipients.stream())
        .filter(each -> !Mailbox.isAscii(each))
        .toList();
  }

  /** Returns whom it is from and how many it goes to. */
  @Override
  public String toString() {
    return "mail from %s to %d".formatted(from, recipients.size());
  }

  /**
   * Makes a {@link MailMessage}. Not thread-safe. Everything that stands in a header must be one
   * line: what has a line's end, or another control character, is refused by an {@link
   * IllegalArgumentException}.
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
     * Sets whom it is from: {@code ann@example.org}, or {@code Ann <ann@example.org>}. The domain
     * of an address may be in any letters, and is sent in ASCII ({@code xn--...}). If what is
     * before the @ is not in ASCII, the mail can be sent only to a server with SMTPUTF8 (RFC 6531).
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

    /** Adds recipients of whom the others do not hear. */
    public Builder bcc(String... addresses) {
      return add(bcc, "bcc", addresses);
    }

    private Builder add(List<Mailbox> list, String field, String... addresses) {
      for (String each : addresses) {
        list.add(Mailbox.parse(field, each));
      }
      return this;
    }

    /** Sets the subject, of any characters. It arrives as it is typed, {@code =?} too. */
    public Builder subject(String subject) {
      this.subject = HeaderText.requireOneLine("subject", subject);
      return this;
    }

    /** Sets the clock that tells the mail's date. Defaults to the system's. */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the text, of any characters and lines. Each CR LF, CR and LF is the end of a line, which
     * the mail has as CR LF; the last line has one too.
     */
    public Builder text(String text) {
      this.text = HeaderText.requireEncodable("text", text);
      return this;
    }

    /**
     * Adds an attachment, which arrives byte for byte.
     *
     * @param name of a file, for who gets it
     * @param type such as {@code image/png}; instead of {@code message} and {@code multipart},
     *     which cannot arrive so, {@code application/octet-stream} is sent
     */
    public Builder attach(String name, String type, byte[] content) {
      attachments.add(Attachment.of(name, type, content));
      return this;
    }

    /**
     * Adds an attachment of the type that its name tells, the same on every host; {@code
     * application/octet-stream} if it tells none.
     */
    public Builder attach(String name, byte[] content) {
      return attach(name, Attachment.typeOf(name), content);
    }

    /** Adds a file, which is read now, by its own name. */
    public Builder attach(Path file) throws IOException {
      return attach(String.valueOf(file.getFileName()), Files.readAllBytes(file));
    }

    /**
     * Returns the mail, of now.
     *
     * @throws IllegalStateException if nobody is given whom it is from
     * @throws IllegalArgumentException if there is no recipient
     */
    public MailMessage build() {
      Mailbox sender =
          from.orElseThrow(() -> new IllegalStateException("a mail is from somebody: give from"));
      Set<String> recipients = new LinkedHashSet<>();
      for (List<Mailbox> each : List.of(to, cc, bcc)) {
        each.forEach(mailbox -> recipients.add(mailbox.address()));
      }
      requireSome(recipients);
      byte[] bytes =
          new MimeWriter(sender, to, cc, clock.instant(), subject, text, attachments).write();
      return new MailMessage(sender.address(), recipients, bytes);
    }
  }
}
