package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fuzz test: a damaged file is read or causes an {@link IOException}, within the time limit. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PemFuzzTest {
  private static final int ROUNDS = 500;
  private static final char[] PASSWORD = {'x'};

  @TempDir Path folder;

  @Test
  void files_damaged_areReadOrRefused() throws Exception {
    List<String> samples = samples();
    long seed = Long.getLong("mimic.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String sample = samples.get(random.nextInt(samples.size()));
      byte[] bytes =
          random.nextBoolean() ? damagedText(sample, random) : damagedContent(sample, random);
      try {
        readAll(bytes);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "-Dmimic.seed=%d, round %d:%n%s".formatted(seed, round, new String(bytes, ISO_8859_1)),
            e);
      }
    }
  }

  private void readAll(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("file.pem"), bytes);
    try {
      TlsTrust.ofPem(file);
    } catch (IOException e) {
      // expected
    }
    try {
      PemKey.read(Pem.read(file), PASSWORD);
    } catch (IOException e) {
      // expected
    }
    try {
      TlsIdentity.ofPem(file, file, PASSWORD);
    } catch (IOException e) {
      // expected
    }
  }

  private static byte[] damagedText(String sample, Random random) {
    return damaged(sample.getBytes(ISO_8859_1), random);
  }

  /** Returns the sample with the content of a block damaged, and the block well-formed. */
  private static byte[] damagedContent(String sample, Random random) {
    int start = sample.indexOf("-----\n", random.nextInt(sample.length()) / 2) + 6;
    int end = sample.indexOf("\n-----END", start);
    int headers = sample.indexOf("\n\n", start);
    if (headers >= 0 && headers < end) {
      start = headers + 2;
    }
    if (start < 6 || end < start) {
      return sample.getBytes(ISO_8859_1);
    }
    byte[] content = Base64.getMimeDecoder().decode(sample.substring(start, end));
    String damaged = Base64.getEncoder().encodeToString(damaged(content, random));
    return (sample.substring(0, start) + damaged + sample.substring(end)).getBytes(ISO_8859_1);
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      // Half of the damage goes to the beginning, which holds most of the structure.
      int at = random.nextInt(random.nextBoolean() ? Math.min(80, damaged.length) : damaged.length);
      switch (random.nextInt(3)) {
        case 0 -> damaged[at] = (byte) random.nextInt();
        case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        default -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
      }
    }
    return damaged;
  }

  private List<String> samples() throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    openssl.makeKey("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "ec.pem", "cert.pem");
    openssl.makeKey("-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "rsa.pem", "rsacert.pem");
    openssl.makeKey("-algorithm ED25519", "ed.pem", "edcert.pem");
    openssl.run("ec -in ec.pem -out 1.pem");
    openssl.run("ec -in ec.pem -aes128 -passout pass:x -out 2.pem");
    openssl.run("rsa -in rsa.pem -traditional -out 3.pem");
    openssl.run("pkcs8 -topk8 -in ec.pem -v2 aes256 -passout pass:x -out 4.pem");
    openssl.run("pkcs8 -topk8 -in ec.pem -scrypt -passout pass:x -out 5.pem");
    openssl.run("pkcs8 -topk8 -in ec.pem -v1 PBE-SHA1-3DES -passout pass:x -out 6.pem");
    List<String> samples = new ArrayList<>();
    for (String file : List.of("ec.pem", "1.pem", "2.pem", "4.pem", "5.pem", "6.pem")) {
      samples.add(text(file) + text("cert.pem"));
    }
    samples.add(text("rsa.pem") + text("rsacert.pem"));
    samples.add(text("3.pem") + text("rsacert.pem"));
    samples.add(text("ed.pem") + text("edcert.pem"));
    return samples;
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }
}
