package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MailMessageTest {

  private static MailMessage.Builder mail() {
    return MailMessage.builder().from("ann@example.org").to("bob@example.org");
  }

  private static MimeMessage parsed(MailMessage mail) throws Exception {
    return new MimeMessage(
        Session.getInstance(new Properties()), new ByteArrayInputStream(mail.mime()));
  }

  @Test
  void text_unicode_arrivesUnchanged() throws Exception {
    String text = "Grüße — 你好\n.\n" + "long ".repeat(400) + "\r\nlast";
    MailMessage mail =
        MailMessage.builder()
            .from("Ännchen Müller <ann@example.org>")
            .to("bob@example.org")
            .subject("Mittagessen? 🍜 " + "sehr ".repeat(30))
            .text(text)
            .build();
    assertThat(mail.hasEightBits()).isFalse();
    for (String line : new String(mail.mime(), ISO_8859_1).split("\r\n", -1)) {
      assertThat(line.length()).isAtMost(998);
      assertThat(line).doesNotContain("\n");
    }
    MimeMessage read = parsed(mail);
    assertThat(read.getSubject()).isEqualTo("Mittagessen? 🍜 " + "sehr ".repeat(30));
    assertThat(read.getFrom()[0].toString()).contains("=?UTF-8?");
    assertThat(((InternetAddress) read.getFrom()[0]).getPersonal()).isEqualTo("Ännchen Müller");
    assertThat(read.getContentType()).isEqualTo("text/plain; charset=UTF-8");
    assertThat(new String(read.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(text.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n");
    assertThat(read.getMessageID()).matches("<[-0-9a-f]+@example.org>");
    assertThat(read.getSentDate()).isNotNull();
    assertThat(read.getHeader("Date", null))
        .matches("[A-Z][a-z]{2}, \\d{1,2} [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000");
  }

  @Test
  void attachments_binaryAndText_arriveUnchanged() throws Exception {
    byte[] content = new byte[100_000];
    new Random(7).nextBytes(content);
    MailMessage mail =
        mail()
            .text("see there")
            .attach("Bild ü.png", "image/png", content)
            .attach("notes.txt", "text/plain", "a\nb\rc\r\n".getBytes(UTF_8))
            .build();
    MimeMessage read = parsed(mail);
    MimeMultipart parts =
        new MimeMultipart(new ByteArrayDataSource(read.getInputStream(), read.getContentType()));
    assertThat(parts.getCount()).isEqualTo(3);
    assertThat(new String(parts.getBodyPart(0).getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("see there\r\n");
    BodyPart image = parts.getBodyPart(1);
    assertThat(image.getFileName()).isEqualTo("Bild ü.png");
    assertThat(image.getContentType()).startsWith("image/png");
    assertThat(Arrays.equals(image.getInputStream().readAllBytes(), content)).isTrue();
    assertThat(new String(parts.getBodyPart(2).getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("a\nb\rc\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"message/rfc822", "Message/delivery-status", "multipart/mixed; boundary=x"})
  void attachment_compositeType_arrivesUnchanged(String type) throws Exception {
    byte[] content = "Subject: a\n\nGr\u00fc\u00dfe\n--x\n".getBytes(UTF_8);
    MailMessage mail = mail().attach("old", type, content).build();
    assertThat(mail.hasEightBits()).isFalse(); // encoded in base64
    BodyPart part = attachment(mail);
    assertThat(part.getInputStream().readAllBytes()).isEqualTo(content);
    assertThat(part.getContentType()).startsWith("application/octet-stream");
  }

  @ParameterizedTest
  @CsvSource({
    "a.png, image/png",
    "a.txt, text/plain",
    "a.eml, application/octet-stream",
    "a.unheard-of, application/octet-stream",
    "a, application/octet-stream"
  })
  void attachment_withoutType_getsItFromItsName(String name, String type, @TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve(name), "hello");
    BodyPart ofFile = attachment(mail().attach(file).build());
    BodyPart ofBytes = attachment(mail().attach(name, "hello".getBytes(UTF_8)).build());
    for (BodyPart part : List.of(ofFile, ofBytes)) {
      assertThat(part.getContentType()).startsWith(type);
      assertThat(part.getFileName()).isEqualTo(name);
      assertThat(part.getInputStream().readAllBytes()).hasLength(5);
    }
  }

  private static BodyPart attachment(MailMessage mail) throws Exception {
    MimeMessage read = parsed(mail);
    return new MimeMultipart(new ByteArrayDataSource(read.getInputStream(), read.getContentType()))
        .getBodyPart(1);
  }

  @Test
  void attachment_malformedType_isRefused() {
    assertThat(
            assertThrows(
                IllegalArgumentException.class, () -> mail().attach("a", "png", new byte[1])))
        .hasMessageThat()
        .isEqualTo("type (png) must be a media type, such as image/png");
  }

  @Test
  void bcc_addresses_areOnlyInTheEnvelope() {
    MailMessage mail =
        mail().cc("carol@example.org").bcc("dave@example.org", "bob@example.org").build();
    assertThat(mail.recipients())
        .containsExactly("bob@example.org", "carol@example.org", "dave@example.org")
        .inOrder();
    assertThat(new String(mail.mime(), ISO_8859_1)).contains("Cc: carol@example.org");
    assertThat(new String(mail.mime(), ISO_8859_1)).doesNotContain("dave");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nBcc: eve@example.org", "x\ny", "x\ry", "x\0y"})
  void header_withLineBreak_isRefused(String evil) {
    assertThrows(IllegalArgumentException.class, () -> mail().subject(evil));
    assertThrows(IllegalArgumentException.class, () -> mail().to(evil + "@example.org"));
    assertThrows(IllegalArgumentException.class, () -> mail().from(evil + " <a@example.org>"));
    assertThrows(IllegalArgumentException.class, () -> mail().attach(evil, "a/b", new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> mail().attach("a", evil, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bob",
        "bob@",
        "@example.org",
        "a@b@c",
        "a@b, c@d",
        "b\u00a0ö@example.org",
        "a b@c",
        "<a@b> RCPT TO:<c@d>",
        "friends: a@b;"
      })
  void address_malformed_isRefused(String wrong) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> mail().cc(wrong));
    assertThat(refused).hasMessageThat().startsWith("cc (");
  }

  @Test
  void build_withoutSenderOrRecipient_isRefused() {
    assertThat(
            assertThrows(
                IllegalStateException.class,
                () -> MailMessage.builder().to("bob@example.org").build()))
        .hasMessageThat()
        .contains("set from");
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> MailMessage.builder().from("ann@example.org").build()))
        .hasMessageThat()
        .contains("needs a recipient");
    assertThrows(IllegalArgumentException.class, () -> MailMessage.ofMime("hello".getBytes(UTF_8)));
    assertThrows(
        IllegalArgumentException.class,
        () -> MailMessage.ofMime("From: a@example.org\n\nhello".getBytes(UTF_8)));
  }

  @Test
  void ofMime_withHeaders_readsTheEnvelope() throws Exception {
    String mime =
        """
        From: Ann <ann@example.org>, Al <al@example.org>
        Sender: secretary@example.org
        To: Bob <bob@example.org>,
          "Doe, Jane" <jane@example.org>
        Cc: Team: carol@example.org, dave@example.org;

        Hello
        """;
    MailMessage mail = MailMessage.ofMime(new ByteArrayInputStream(mime.getBytes(UTF_8)));
    assertThat(mail.from()).isEqualTo("secretary@example.org");
    assertThat(mail.recipients())
        .containsExactly(
            "bob@example.org", "jane@example.org", "carol@example.org", "dave@example.org")
        .inOrder();
  }

  @ParameterizedTest
  @CsvSource({
    "Resent-To: eve@example.org, has the header Resent-To: remove it",
    "resent-bcc: eve@example.org, has the header resent-bcc: remove it",
    "Subject: Gr\u00fc\u00dfe, Subject is not in ASCII: encode it",
    "Comments: \u4f60, Comments is not in ASCII: encode it"
  })
  void ofMime_headerThatCannotBeSent_isRefused(String header, String why) {
    String mime = "From: ann@example.org\nTo: bob@example.org\n%s\n\nResent-To: you, G\u00fcnter\n";
    assertThat(MailMessage.ofMime(mime.formatted("X: y").getBytes(UTF_8)).recipients()).hasSize(1);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> MailMessage.ofMime(mime.formatted(header).getBytes(UTF_8)));
    assertThat(refused).hasMessageThat().contains(why);
  }

  @Test
  void from_encodedWordWithLineBreak_addsNoHeader() throws Exception {
    MailMessage mail =
        MailMessage.builder()
            .from("\"=?UTF-8?Q?a=0D=0ABcc:_eve=40example.org?=\" <ann@example.org>")
            .to("=?UTF-8?B?YQ0KWDogeQ==?= <bob@example.org>")
            .build();
    MimeMessage read = parsed(mail);
    assertThat(read.getHeader("Bcc")).isNull();
    assertThat(read.getHeader("X")).isNull();
    assertThat(((InternetAddress) read.getFrom()[0]).getPersonal())
        .isEqualTo("=?UTF-8?Q?a=0D=0ABcc:_eve=40example.org?=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83c", "a\udf5cb", "\udf5c\ud83c", "x \ud83c\ud83c\udf5c"})
  void surrogate_unpaired_isRefused(String half) {
    for (Executable each :
        List.<Executable>of(
            () -> mail().subject(half),
            () -> mail().text(half),
            () -> mail().from(half + " <ann@example.org>"),
            () -> mail().attach(half, "a/b", new byte[0]))) {
      assertThat(assertThrows(IllegalArgumentException.class, each))
          .hasMessageThat()
          .contains("has an unpaired surrogate at index");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "b\u00a0\u00f6@example.org, must have no spaces before the @",
    "bob@fa\u00df.example, write it as xn--",
    "bob@\u03c2.example, write it as xn--",
    "bob@\u2c2f\u2c5f.example, write it as xn--",
    "bob@a\u200db.example, Domain contains illegal character",
    "bob@\ud83e\udd84.example, Domain contains illegal character",
    "bob@b\u00fccher..example, Domain contains dot-dot"
  })
  void address_withoutAnAsciiForm_isRefused(String address, String why) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> mail().to(address));
    assertThat(refused).hasMessageThat().contains(why);
  }

  @ParameterizedTest
  @CsvSource({
    "bob@b\u00fccher.example, bob@xn--bcher-kva.example",
    "bob@B\u00dcCHER.example, bob@xn--bcher-kva.example",
    "bob@\u4f8b\u5b50.\u6d4b\u8bd5, bob@xn--fsqu00a.xn--0zwm56d",
    "b\u00f6b@b\u00fccher.example, b\u00f6b@xn--bcher-kva.example"
  })
  void domain_internationalized_isSentInAscii(String typed, String sent) throws Exception {
    MailMessage mail = mail().from("Ann <" + typed + ">").cc(typed).build();
    assertThat(mail.from()).isEqualTo(sent);
    assertThat(mail.recipients()).contains(sent);
    assertThat(new String(mail.mime(), UTF_8)).contains("\r\nCc: " + sent + "\r\n");
    assertThat(mail.nonAsciiAddresses().isEmpty()).isEqualTo(sent.startsWith("bob"));
  }

  @Test
  void address_longerThan254Bytes_isRefused() {
    String longest = "a".repeat(64) + "@" + ("b".repeat(60) + ".").repeat(3) + "c".repeat(6);
    assertThat(longest).hasLength(254);
    assertThat(mail().to(longest).build().recipients()).contains(longest);
    assertThat(assertThrows(IllegalArgumentException.class, () -> mail().to(longest + "d")))
        .hasMessageThat()
        .endsWith("must have at most 254 characters, and has 255");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0085b", "a\u2028b", "a\u007fb", "a\tb"})
  void subject_withControlCharacter_isRefused(String subject) {
    assertThrows(IllegalArgumentException.class, () -> mail().subject(subject));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void ofMime_lineOf999Bytes_isRefused(String end) {
    String head = String.join(end, "From: a@example.org", "To: b@example.org", "", "x", "");
    String longest = head + "y".repeat(998) + end + "z";
    assertThat(MailMessage.ofMime(longest.getBytes(UTF_8)).recipients()).hasSize(1);
    for (String wrong : List.of(head + "y".repeat(999) + end, head + "y".repeat(5_000))) {
      assertThat(
              assertThrows(
                  IllegalArgumentException.class, () -> MailMessage.ofMime(wrong.getBytes(UTF_8))))
          .hasMessageThat()
          .isEqualTo(
              "line 5 of the mail has more than 998 bytes: encode it in base64 or"
                  + " quoted-printable");
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> MailMessage.ofMime((head + "a\0b" + end).getBytes(UTF_8)));
  }

  @Test
  void date_withClock_isItsTime() throws Exception {
    Instant then = Instant.parse("2026-02-03T04:05:06Z");
    MimeMessage read = parsed(mail().clock(InstantSource.fixed(then)).build());
    assertThat(read.getHeader("Date", null)).isEqualTo("Tue, 3 Feb 2026 04:05:06 +0000");
  }

  @Test
  void textAttachment_inUtf8_getsTheCharset() throws Exception {
    BodyPart utf8 = attachment(mail().attach("a.txt", "Gr\u00fc\u00dfe".getBytes(UTF_8)).build());
    assertThat(utf8.getContentType()).isEqualTo("text/plain; charset=UTF-8");
    BodyPart other =
        attachment(mail().attach("a.txt", "Gr\u00fc\u00dfe".getBytes(ISO_8859_1)).build());
    assertThat(other.getContentType()).isEqualTo("text/plain");
  }
}
