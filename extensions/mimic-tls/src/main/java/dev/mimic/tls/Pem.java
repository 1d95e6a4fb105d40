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
import java.util.List;
import java.util.Optional;

/** A file, or a text, of PEM blocks (RFC 7468), and what to call it in messages. */
final class Pem {
  private static final int MAX_BYTES = 16 << 20; // all the authorities of the web are 250 kB
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"; // of UTF-8, as ISO 8859-1

  private final String name;
  private final List<PemBlock> blocks;

  private Pem(String name, List<PemBlock> blocks) {
    this.name = name;
    this.blocks = blocks;
  }

  /** Reads a file that must have a block. */
  static Pem read(Path file) throws IOException {
    byte[] bytes = bytes(file);
    List<PemBlock> blocks = scan(file.toString(), text(bytes));
    if (blocks.isEmpty()) {
      throw new IOException(file + " " + NotPem.describe(file.toString(), bytes));
    }
    return new Pem(file.toString(), blocks);
  }

  /** Reads a text, called {@code name} in messages, that must have a block. */
  static Pem parse(String name, String text) throws IOException {
    List<PemBlock> blocks = scan(name, text);
    if (blocks.isEmpty()) {
      throw new IOException(name + " " + NotPem.describe(name, text.getBytes(ISO_8859_1)));
    }
    return new Pem(name, blocks);
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
        "%s is larger than %d MiB: no PEM file is".formatted(file, MAX_BYTES >> 20));
  }

  // Only ASCII matters; an editor or a shell on Windows may have written UTF-16.
  private static String text(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, 2), ISO_8859_1);
    boolean isUtf16 = start.equals("\u00fe\u00ff") || start.equals("\u00ff\u00fe");
    String text = new String(bytes, isUtf16 ? UTF_16 : ISO_8859_1);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
  }

  private static List<PemBlock> scan(String name, String text) throws IOException {
    try {
      return PemScanner.scan(text.startsWith("\ufeff") ? text.substring(1) : text);
    } catch (DamagedPemException e) {
      throw new IOException("%s is damaged: %s".formatted(name, e.getMessage()), e);
    }
  }

  String name() {
    return name;
  }

  List<PemBlock> blocks() {
    return blocks;
  }

  /** Returns such a block, if there is one. */
  Optional<PemBlock> block(String label) {
    return blocks.stream().filter(b -> b.label().equals(label)).findFirst();
  }

  /** Returns what there is, in words, each kind once. */
  String kinds() {
    return blocks.stream().map(PemBlock::kind).distinct().collect(joining(", "));
  }

  /** Returns all certificates, in the file's order: at least one. */
  List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : blocks) {
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

  private X509Certificate certificate(PemBlock block) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.content()));
    } catch (CertificateException | RuntimeException e) { // a parser throws what it likes
      throw new IOException(
          "%s is damaged: what the %s holds is no certificate: %s"
              .formatted(name, block, e.getMessage()),
          e);
    }
  }
}
