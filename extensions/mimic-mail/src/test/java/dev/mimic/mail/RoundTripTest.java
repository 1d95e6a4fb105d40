package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.peers.Programs;
import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mails with random content, as Jakarta Mail and Python parse them. */
final class RoundTripTest {
  private static final int MAILS = 150;
  private static final Pattern ENCODED_WORD = Pattern.compile("=\\?[^? ]*\\?[BQ]\\?[^? ]*\\?=");

  // Addresses are read by Python's older parser. The newer one keeps the space between two encoded
  // words, contrary to RFC 2047, section 2.
  private static final String READER =
      """
      import base64, email, email.header, email.policy, email.utils, pathlib, sys
      def decoded(name):
          return str(email.header.make_header(email.header.decode_header(name)))
      for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
          raw = path.read_bytes()
          old = email.message_from_bytes(raw)
          mail = email.message_from_bytes(raw, policy=email.policy.default)
          text, file = [part for part in mail.walk() if not part.is_multipart()]
          fields = [str(mail["Subject"])]
          for name, address in email.utils.getaddresses([old["From"], old["To"]]):
              fields += [decoded(name), address]
          fields += [text.get_content(), file.get_filename(), file.get_content().hex()]
          print(" ".join(base64.b64encode(f.encode("utf-8")).decode() for f in fields))
      """;

  private static final List<String> PARTS =
      List.of(
          "a",
          "Z",
          "7",
          " ",
          "  ",
          ",",
          ";",
          ":",
          ".",
          "@",
          "\"",
          "\\",
          "'",
          "%41",
          "_",
          "=20",
          "=",
          "=?",
          "?=",
          "=?UTF-8?Q?x?=",
          "=?utf-8?B?eA==?=",
          "(x)",
          "<b>",
          "[",
          "]",
          "*",
          "\u00e4",
          "e\u0301",
          "\u0646\u064e",
          "\u4f60\u597d",
          "\ud83c\udf5c",
          "\u00ad",
          "\u200b",
          "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
          "\ufeff",
          "\uffff",
          "\udbff\udfff",
          "word ",
          "a-long-word-without-a-space-that-cannot-be-folded-anywhere-at-all");
  private static final List<String> MORE_IN_TEXT =
      List.of(
          "\r",
          "\n",
          "\r\n",
          "\n.\n",
          "\n..\n",
          "\r.\r",
          "\nFrom me\n",
          "\t",
          " \n",
          "\u0000",
          "\u0085",
          "\u2028",
          "\f",
          "--",
          "\n------=_Part_0_1.2\n",
          "x".repeat(998),
          "y".repeat(999));

  /** A mail and its expected fields. */
  private record Written(MailMessage mail, List<String> fields) {}

  private static Written write(Random random) {
    String subject = text(random, PARTS, random.nextInt(4) == 0 ? 600 : 20);
    // Python removes spaces at the end of a name.
    String file = text(random, PARTS, random.nextInt(4) == 0 ? 120 : 6).strip() + ".x";
    List<String> inText = Stream.concat(PARTS.stream(), MORE_IN_TEXT.stream()).toList();
    String text = text(random, inText, random.nextInt(200));
    byte[] content = new byte[random.nextInt(300)];
    random.nextBytes(content);
    MailMessage.Builder mail = MailMessage.builder();
    List<String> fields = new ArrayList<>(List.of(subject));
    String from = name(random);
    fields.addAll(List.of(from, "ann@example.org"));
    int recipients = random.nextInt(10) == 0 ? 150 : 1 + random.nextInt(4);
    for (int i = 0; i < recipients; i++) {
      String to = name(random);
      String address = "a".repeat(1 + random.nextInt(64)) + i + "@example.org";
      fields.addAll(List.of(to, address));
      mail.to(mailbox(to, address));
    }
    String lines = text.replaceAll("\r\n|\r|\n", "\r\n");
    fields.add(lines.isEmpty() || lines.endsWith("\r\n") ? lines : lines + "\r\n");
    fields.add(file);
    fields.add(HexFormat.of().formatHex(content));
    mail.from(mailbox(from, "ann@example.org")).subject(subject).text(text);
    return new Written(
        mail.attach(file, "application/x-test", content).build(), List.copyOf(fields));
  }

  private static String text(Random random, List<String> parts, int most) {
    StringBuilder text = new StringBuilder();
    boolean ascii = random.nextBoolean();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      String part = parts.get(random.nextInt(parts.size()));
      text.append(ascii && !part.chars().allMatch(c -> c < 127) ? "b" : part);
    }
    return text.toString();
  }

  private static String name(Random random) {
    return text(random, PARTS, random.nextInt(8) == 0 ? 200 : 8).strip();
  }

  private static String mailbox(String name, String address) {
    return name.isEmpty()
        ? address
        : "\"%s\" <%s>".formatted(name.replaceAll("[\"\\\\]", "\\\\$0"), address);
  }

  private static void assertWellFormed(MailMessage mail) {
    String bytes = new String(mail.mime(), ISO_8859_1);
    assertThat(bytes.chars().allMatch(c -> c < 127)).isTrue();
    assertThat(bytes.replace("\r\n", "")).doesNotContainMatch("[\r\n]");
    assertThat(bytes.lines().mapToInt(String::length).max().orElse(0)).isAtMost(998);
    String head = bytes.substring(0, bytes.indexOf("\r\n\r\n"));
    for (String line : head.split("\r\n", -1)) {
      Matcher word = ENCODED_WORD.matcher(line);
      if (word.find()) {
        assertThat(word.group().length()).isAtMost(75);
        assertThat(line.length()).isAtMost(76);
      }
    }
    assertThat(head).doesNotContainMatch("\r\n[ \t]*\r\n");
  }

  private static List<String> readByJakartaMail(MailMessage mail) throws Exception {
    MimeMessage read =
        new MimeMessage(
            Session.getInstance(new Properties()), new ByteArrayInputStream(mail.mime()));
    List<String> fields = new ArrayList<>(List.of(read.getSubject()));
    for (var each :
        Stream.of(read.getFrom(), read.getAllRecipients()).flatMap(Stream::of).toList()) {
      InternetAddress address = (InternetAddress) each;
      fields.add(address.getPersonal() == null ? "" : address.getPersonal());
      fields.add(address.getAddress());
    }
    MimeMultipart parts =
        new MimeMultipart(new ByteArrayDataSource(read.getInputStream(), read.getContentType()));
    BodyPart text = parts.getBodyPart(0);
    BodyPart file = parts.getBodyPart(1);
    fields.add(new String(text.getInputStream().readAllBytes(), UTF_8));
    fields.add(file.getFileName());
    fields.add(HexFormat.of().formatHex(file.getInputStream().readAllBytes()));
    return fields;
  }

  @Test
  void mail_random_isReadUnchanged(@TempDir Path folder) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Written> mails = new ArrayList<>();
    for (int i = 0; i < MAILS; i++) {
      Written each = write(random);
      assertWellFormed(each.mail());
      assertWithMessage("Jakarta Mail, seed %s, mail %s", seed, i)
          .that(readByJakartaMail(each.mail()))
          .isEqualTo(each.fields());
      Files.write(folder.resolve("%04d.eml".formatted(i)), each.mail().mime());
      mails.add(each);
    }
    Path reader = Files.writeString(folder.resolve("reader.py"), READER);
    List<String> lines =
        Programs.run(folder, "python3", reader.toString(), folder.toString()).lines().toList();
    assertThat(lines).hasSize(MAILS);
    for (int i = 0; i < MAILS; i++) {
      assertWithMessage("Python, seed %s, mail %s", seed, i)
          .that(Stream.of(lines.get(i).split(" ", -1)).map(RoundTripTest::decoded).toList())
          .isEqualTo(mails.get(i).fields());
    }
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }
}
