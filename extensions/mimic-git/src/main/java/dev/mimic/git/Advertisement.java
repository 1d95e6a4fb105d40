package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A server's side of a conversation, whose advertisement is checked before JGit reads it
 * (gitprotocol-pack(5), "Reference Discovery"). JGit 7.8 takes no notice of {@code object-format},
 * and does not understand the {@code shallow} lines of versions 0 and 1: these are left out and
 * kept.
 *
 * <p>What is no advertisement at all is passed on as it is.
 */
final class Advertisement extends FilterInputStream {
  private static final String SUPPORTED = "sha1";
  private static final Pattern FORMAT =
      Pattern.compile("(?:^|[\\x00 ])object-format=(?<format>[^ \\x00\\n]+)");
  private static final Pattern SHALLOW = Pattern.compile("shallow (?<id>[0-9a-f]{40})\\n?");
  private static final int LENGTH_DIGITS = 4;

  private final String address;
  private final Set<ObjectId> shallow = new LinkedHashSet<>();
  private ByteArrayInputStream line = new ByteArrayInputStream(new byte[0]);
  private boolean isOfHttp;
  private boolean isOver;

  /**
   * Makes one of a stream that is at its beginning.
   *
   * @param address for messages
   */
  Advertisement(InputStream in, String address) {
    super(in);
    this.address = address;
  }

  /** Returns the commits whose parents the server does not have, as far as it has said so. */
  Set<ObjectId> shallow() {
    return Set.copyOf(shallow);
  }

  @Override
  public int read() throws IOException {
    return advance() ? line.read() : in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    return advance() ? line.read(bytes, offset, length) : in.read(bytes, offset, length);
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, Short.MAX_VALUE)).length;
  }

  @Override
  public int available() throws IOException {
    return line.available() > 0 || !isOver ? line.available() : in.available();
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Returns whether there are bytes of the advertisement to be read. */
  private boolean advance() throws IOException {
    while (line.available() == 0 && !isOver) {
      line = new ByteArrayInputStream(next());
    }
    return line.available() > 0;
  }

  /** Returns the next line with its length in front, or nothing if it is left out. */
  private byte[] next() throws IOException {
    byte[] digits = in.readNBytes(LENGTH_DIGITS);
    int length = length(digits);
    if (length < LENGTH_DIGITS) {
      isOver = length != 0 || !isOfHttp;
      isOfHttp = false;
      return digits;
    }
    byte[] content = in.readNBytes(length - LENGTH_DIGITS);
    isOver = content.length < length - LENGTH_DIGITS;
    String text = new String(content, ISO_8859_1);
    isOfHttp |= text.startsWith("# service=");
    Matcher matcher = SHALLOW.matcher(text);
    if (matcher.matches()) {
      shallow.add(ObjectId.fromString(matcher.group("id")));
      return new byte[0];
    }
    check(text);
    ByteArrayOutputStream whole = new ByteArrayOutputStream(length);
    whole.writeBytes(digits);
    whole.writeBytes(content);
    return whole.toByteArray();
  }

  /** Returns the length of a line, 0 for a flush, or -1 if these are not four digits. */
  private static int length(byte[] digits) {
    String text = new String(digits, ISO_8859_1);
    return text.matches("[0-9a-fA-F]{4}") ? Integer.parseInt(text, 16) : -1;
  }

  private void check(String text) throws GitException {
    Matcher matcher = FORMAT.matcher(text);
    if (matcher.find() && !matcher.group("format").equals(SUPPORTED)) {
      throw RepositoryFormat.unsupported(address, matcher.group("format"));
    }
  }
}
