package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A file, or a text, of PEM blocks (RFC 7468), and what to call it in messages. */
final class Pem {
  private static final int MAX_BYTES = 16 << 20; // all the authorities of the web are 250 kB

  private final String name;
  private final List<PemBlock> blocks;

  private Pem(String name, List<PemBlock> blocks) {
    this.name = name;
    this.blocks = blocks;
  }

  /** Reads a file that must have a block. */
  static Pem read(Path file) throws IOException {
    byte[] bytes = bytes(file);
    return scan(file.toString(), bytes, new String(bytes, ISO_8859_1));
  }

  /** Reads a text, called {@code name} in messages, that must have a block. */
  static Pem parse(String name, String text) throws IOException {
    return scan(name, text.getBytes(US_ASCII), text);
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length <= MAX_BYTES) {
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
    }
    throw new IOException(file + " is larger than " + (MAX_BYTES >> 20) + " MiB: no PEM file is");
  }

  private static Pem scan(String name, byte[] bytes, String text) throws IOException {
    try {
      List<PemBlock> blocks = PemScanner.scan(text);
      if (blocks.isEmpty()) {
        throw new MalformedPemException(NotPem.describe(name, bytes));
      }
      return new Pem(name, blocks);
    } catch (MalformedPemException e) {
      throw new IOException(name + " " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  List<PemBlock> blocks() {
    return blocks;
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
      throw new IOException(name + " holds no certificate");
    }
    return List.copyOf(certificates);
  }

  private X509Certificate certificate(PemBlock block) throws IOException {
    try (InputStream in = new java.io.ByteArrayInputStream(block.content())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (GeneralSecurityException e) {
      throw new IOException(name + ": the " + block + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns such a block, in lines of 64 characters. */
  static String encode(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), label);
  }
}
