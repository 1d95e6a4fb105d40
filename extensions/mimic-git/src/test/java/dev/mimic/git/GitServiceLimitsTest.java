package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.peers.Programs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import org.eclipse.jgit.transport.PacketLineOut;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Endless requests of clients. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class GitServiceLimitsTest {
  private static final String ZERO = "0".repeat(40);
  private static final String REQUEST = "the request has more than 4194304 bytes";
  private static final String COMMANDS =
      "Commands size exceeds limit defined in receive.maxCommandBytes";
  private static final long MAX_DRAINED = 64 << 20;

  @TempDir private Path folder;
  private Path bare = Path.of("");
  private ServedFolder served;

  GitServiceLimitsTest() {}

  @BeforeEach
  void open() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    served = new ServedFolder(root);
    bare = History.bare(root, "r.git", 3);
  }

  @AfterEach
  void close() {
    served.close();
  }

  /** An endless stream that repeats a thousand lines. */
  private static final class Endless extends InputStream {
    private static final int LINES = 1000;

    private final byte[] lines;
    private long bytes;

    Endless(LongFunction<String> line) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (long i = 0; i < LINES; i++) {
        new PacketLineOut(out).writeString(line.apply(i));
      }
      this.lines = out.toByteArray();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int at = (int) (bytes % lines.length);
      int count = Math.min(length, lines.length - at);
      System.arraycopy(lines, at, into, offset, count);
      bytes += count;
      return count;
    }
  }

  /** Returns an object id that differs from others in each group of digits. */
  private static String id(long number) {
    return "%08x".formatted((int) number * 0x9e3779b9).repeat(5);
  }

  /** Returns packet lines. An empty line stands for a flush, and a blank one for a delimiter. */
  private static byte[] lines(String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketLineOut packets = new PacketLineOut(out);
    for (String line : lines) {
      if (line.isEmpty()) {
        packets.end();
      } else if (line.isBlank()) {
        packets.writeDelim();
      } else {
        packets.writeString(line);
      }
    }
    return out.toByteArray();
  }

  private String answer(boolean push, String version, boolean bidirectional, InputStream in)
      throws IOException {
    GitRequest request = new GitRequest(push, "r.git", List.of("version=" + version));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean done =
        served.service().serve(request, served.find("r.git").orElseThrow(), bidirectional, in, out);
    assertThat(done).isFalse();
    return out.toString(US_ASCII);
  }

  private void assertRefused(
      boolean push, String version, byte[] before, LongFunction<String> line, String words)
      throws IOException {
    for (boolean bidirectional : List.of(true, false)) {
      Endless endless = new Endless(line);
      InputStream in = new SequenceInputStream(new ByteArrayInputStream(before), endless);

      String said = answer(push, version, bidirectional, in);

      assertWithMessage("version %s, bidirectional: %s", version, bidirectional)
          .that(said)
          .contains(words);
      assertThat(endless.bytes).isLessThan(2 * MAX_DRAINED); // JGit drains some megabytes more
    }
  }

  @Test
  void fetch_version0Endless_isRefused() throws Exception {
    String want = "want " + History.head(bare) + "\n";
    assertRefused(false, "0", lines(), number -> want, REQUEST);
    assertRefused(false, "0", lines(want), number -> "shallow " + id(number) + "\n", REQUEST);
    assertRefused(false, "0", lines(want), "deepen-not refs/heads/%d"::formatted, REQUEST);
    assertRefused(false, "0", lines(want, ""), number -> "have " + id(number) + "\n", REQUEST);
  }

  @Test
  void fetch_version2Endless_isRefused() throws Exception {
    String refs = "command=ls-refs";
    String fetch = "command=fetch";
    String info = "command=object-info";
    String want = "want " + History.head(bare);
    assertRefused(false, "2", lines(refs), "server-option=%d"::formatted, REQUEST);
    assertRefused(false, "2", lines(refs, " "), "ref-prefix refs/%d"::formatted, REQUEST);
    assertRefused(false, "2", lines(fetch), "server-option=%d"::formatted, REQUEST);
    assertRefused(false, "2", lines(fetch, " "), number -> want, REQUEST);
    assertRefused(false, "2", lines(fetch, " "), number -> "have " + id(number), REQUEST);
    assertRefused(false, "2", lines(fetch, " "), number -> "shallow " + id(number), REQUEST);
    assertRefused(false, "2", lines(fetch, " "), "deepen-not r%d"::formatted, REQUEST);
    String uris = "packfile-uris " + "a,".repeat(30_000);
    assertRefused(false, "2", lines(fetch, " "), number -> uris, "packfile-uris are not offered");
    assertRefused(false, "2", lines(info, " ", "size"), number -> "oid " + id(number), "ERR ");
  }

  @Test
  void fetch_afterResponse_countsFromZero() throws Exception {
    String want = "want " + History.head(bare) + "\n";
    ByteArrayOutputStream rounds = new ByteArrayOutputStream();
    rounds.writeBytes(lines(want, ""));
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 50; j++) {
        rounds.writeBytes(lines("have " + id(i * 1000 + j) + "\n"));
      }
      rounds.writeBytes(lines(""));
    }
    rounds.writeBytes(lines("done\n"));
    GitRequest request = new GitRequest(false, "r.git", List.of());
    boolean done =
        served
            .service()
            .withMaxRequestBytes(5000)
            .serve(
                request,
                served.find("r.git").orElseThrow(),
                true,
                new ByteArrayInputStream(rounds.toByteArray()),
                new ByteArrayOutputStream());
    assertThat(done).isTrue();
  }

  @Test
  void push_endlessCommands_isRefused() throws Exception {
    String unused = History.git(bare, "config", "receive.pushOptions", "true");
    unused = History.git(bare, "config", "receive.certNonceSeed", "seed");
    String first = "%s %s refs/heads/x\0report-status side-band-64k push-options";
    byte[] command = lines(first.formatted(ZERO, "1".repeat(40)));
    byte[] options = lines(first.formatted(ZERO, "1".repeat(40)), "");
    assertRefused(
        true,
        "0",
        command,
        number -> "%s %s refs/heads/b%d".formatted(ZERO, id(1), number),
        COMMANDS);
    assertRefused(true, "0", command, number -> "shallow " + id(number), COMMANDS);
    assertRefused(true, "0", options, "option %d"::formatted, COMMANDS);
    byte[] certificate =
        lines(
            "push-cert\0report-status side-band-64k push-cert=x\n",
            "certificate version 0.1\n",
            "pusher A <a@b> 1000000000 +0000\n",
            "nonce x\n",
            "\n");
    assertRefused(
        true,
        "0",
        certificate,
        number -> "%s %s refs/heads/b%d\n".formatted(ZERO, id(1), number),
        "");
  }

  private static byte[] pack(int objects, int... bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(lines("%s %s refs/heads/x\0report-status".formatted(ZERO, "1".repeat(40)), ""));
    out.writeBytes("PACK".getBytes(US_ASCII));
    out.writeBytes(ByteBuffer.allocate(8).putInt(2).putInt(objects).array());
    for (int each : bytes) {
      out.write(each);
    }
    return out.toByteArray();
  }

  @Test
  void pack_tooManyObjects_isRefusedAtItsHead() throws Exception {
    for (int objects : new int[] {Integer.MAX_VALUE, -1, 1_000_001}) {
      for (boolean bidirectional : List.of(true, false)) {
        assertThat(answer(true, "0", bidirectional, new ByteArrayInputStream(pack(objects))))
            .contains("unpack error the pack has %d objects".formatted(objects & 0xffffffffL));
      }
    }
  }

  @Test
  void pack_commitOfGigabytes_isRefusedAtItsHead() throws Exception {
    // one commit, of 2^31 - 1 bytes
    byte[] pack = pack(1, 0x9f, 0xff, 0xff, 0xff, 0x7f);
    assertThat(answer(true, "0", true, new ByteArrayInputStream(pack)))
        .contains("Max object size limit is 268,435,456 bytes");
    assertThat(Programs.run(bare, "find", "objects", "-name", "*pack_*")).isEmpty();
  }

  @Test
  void limits_notPositive_areRejected() {
    GitService service = served.service();
    assertThrows(IllegalArgumentException.class, () -> service.withMaxRequestBytes(0));
    assertThrows(IllegalArgumentException.class, () -> service.withMaxPackBytes(-1));
    assertThrows(IllegalArgumentException.class, () -> service.withMaxPackObjects(0));
    assertThrows(IllegalArgumentException.class, () -> service.withMaxObjectBytes(0));
    assertThrows(IllegalArgumentException.class, () -> service.withMaxDeltaBytes(0));
  }
}
