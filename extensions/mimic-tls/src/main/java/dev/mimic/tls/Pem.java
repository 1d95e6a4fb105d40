package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.util.stream.Collectors.joining;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The PEM blocks of a file or text. The parser is lax, as RFC 7468, section 3 allows. It ignores
 * text outside of blocks, and accepts any line ends, indentation and line length.
 */
final class Pem {
  private static final int MAX_BYTES = 16 << 20; // all the authorities of the web are 250 kB
  private static final String BYTE_ORDER_MARK =
      "\u00ef\u00bb\u00bf"; // that of UTF-8, decoded as ISO 8859-1
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final int MAX_LABEL = 64;

  private final String name;
  private final List<String> lines;
  private final List<Block> blocks = new ArrayList<>();
  private int at; // the next line to read

  /**
   * A block between a {@code BEGIN} and an {@code END} line.
   *
   * @param label the kind of block, such as {@code CERTIFICATE}; short and printable
   * @param headers the headers of RFC 1421, used by OpenSSL's legacy encryption
   * @param base64 the content without white space, valid Base64
   * @param line the line of its beginning, counted from 1
   */
  record Block(String label, Map<String, String> headers, String base64, int line) {
    byte[] content() {
      return Base64.getDecoder().decode(base64);
    }

    boolean isCertificate() {
      return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
    }

    boolean isPrivateKey() {
      return label.endsWith("PRIVATE KEY");
    }

    private String kind() {
      if (isPrivateKey()) {
        return "a private key";
      }
      return switch (label) {
        case "CERTIFICATE", "X509 CERTIFICATE" -> "a certificate";
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" -> "a certificate request";
        case "TRUSTED CERTIFICATE" -> "a certificate in OpenSSL's own form";
        case "PKCS7", "CMS" -> "certificates in PKCS #7";
        case "PUBLIC KEY", "RSA PUBLIC KEY" -> "a public key";
        case "X509 CRL" -> "a revocation list";
        default -> "a block of " + label;
      };
    }

    /** Returns the label and the line, not the content, which may be secret. */
    @Override
    public String toString() {
      return "%s of line %d".formatted(label, line);
    }
  }

  private Pem(String name, String text) {
    this.name = name;
    this.lines = text.lines().map(String::strip).toList();
  }

  /** Reads a file, which must contain a block. */
  static Pem read(Path file) throws IOException {
    byte[] bytes = bytes(file);
    return parsed(file.toString(), text(bytes), bytes);
  }

  /** Parses a text, which must contain a block and is called {@code name} in messages. */
  static Pem parse(String name, String text) throws IOException {
    return parsed(name, text, text.getBytes(ISO_8859_1));
  }

  private static Pem parsed(String name, String text, byte[] bytes) throws IOException {
    Pem pem = new Pem(name, text.startsWith("\ufeff") ? text.substring(1) : text);
    pem.scan();
    if (pem.blocks.isEmpty()) {
      throw new IOException(name + " " + PemDiagnosis.describe(name, bytes));
    }
    return pem;
  }

  private static byte[] bytes(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a directory: give the PEM file in it");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length <= MAX_BYTES) {
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file.toAbsolutePath(), e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read by this user: look at its permissions", e);
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    throw new IOException(
        "%s is larger than %d MiB, the limit for a PEM file".formatted(file, MAX_BYTES >> 20));
  }

  // Only ASCII characters matter. Editors and shells on Windows may write UTF-16.
  private static String text(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, 2), ISO_8859_1);
    boolean isUtf16 = start.equals("\u00fe\u00ff") || start.equals("\u00ff\u00fe");
    String text = new String(bytes, isUtf16 ? UTF_16 : ISO_8859_1);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
  }

  private void scan() throws IOException {
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (isMark(line, BEGIN)) {
        blocks.add(blockTo(label(line, BEGIN)));
      }
    }
  }

  private static boolean isMark(String line, String mark) {
    return line.startsWith(mark)
        && line.endsWith(DASHES)
        && line.length() > mark.length() + DASHES.length()
        && line.length() < mark.length() + DASHES.length() + MAX_LABEL
        && line.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static String label(String line, String mark) {
    return line.substring(mark.length(), line.length() - DASHES.length()).strip();
  }

  private Block blockTo(String label) throws IOException {
    int beginsAt = at; // the line just read, counted from 1
    Map<String, String> headers = headers();
    StringBuilder base64 = new StringBuilder();
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (isMark(line, END) && label(line, END).equals(label)) {
        return checked(new Block(label, headers, base64.toString(), beginsAt));
      }
      if (line.startsWith(DASHES)) {
        throw damaged(
            "where the %s of line %d should end, in line %d, there is no %s%s%s"
                .formatted(label, beginsAt, at, END, label, DASHES));
      }
      line.chars().filter(c -> !Character.isWhitespace(c)).forEach(c -> base64.append((char) c));
    }
    throw damaged("the %s of line %d has no end, as if it had been cut".formatted(label, beginsAt));
  }

  /** Returns the headers, if any, and skips the empty line after them. */
  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    while (at < lines.size()) {
      String line = lines.get(at);
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      } else if (!line.isEmpty()) {
        break;
      }
      at++;
    }
    return headers;
  }

  private Block checked(Block block) throws IOException {
    try {
      if (block.content().length > 0) {
        return block;
      }
    } catch (IllegalArgumentException e) {
      // No cause is attached, since its message quotes a character, which may be part of a key.
      throw damaged("the content of the %s is not Base64".formatted(block));
    }
    throw damaged("the %s is empty".formatted(block));
  }

  private IOException damaged(String how) {
    return new IOException("%s is damaged: %s".formatted(name, how));
  }

  String name() {
    return name;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** Returns the first block with this label, if any. */
  Optional<Block> block(String label) {
    return blocks.stream().filter(b -> b.label().equals(label)).findFirst();
  }

  /** Returns the distinct kinds of all blocks, in words. */
  String kinds() {
    return blocks.stream().map(Block::kind).distinct().collect(joining(", "));
  }

  /** Returns all certificates in the order of the file, at least one. */
  List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.isCertificate()) {
        certificates.add(certificate(block));
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(
          "%s holds %s and no certificate: %s".formatted(name, kinds(), remedy()));
    }
    return List.copyOf(certificates);
  }

  private String remedy() {
    if (block("TRUSTED CERTIFICATE").isPresent()) {
      return "convert it with: openssl x509 -in %1$s -out %1$s.crt".formatted(name);
    }
    if (block("PKCS7").isPresent() || block("CMS").isPresent()) {
      return "convert them with: openssl pkcs7 -print_certs -in %1$s -out %1$s.crt".formatted(name);
    }
    return "give a file with a line -----BEGIN CERTIFICATE-----";
  }

  private X509Certificate certificate(Block block) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.content()));
    } catch (CertificateException | RuntimeException e) { // parsers throw any of them
      throw new IOException(
          "%s is damaged: the %s is not a valid certificate: %s"
              .formatted(name, block, e.getMessage()),
          e);
    }
  }
}
