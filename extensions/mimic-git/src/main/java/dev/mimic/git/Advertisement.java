package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
final class Advertisement extends PacketLines {
  private static final String SUPPORTED = "sha1";
  private static final Pattern FORMAT =
      Pattern.compile("(?:^|[\\x00 ])object-format=(?<format>[^ \\x00\\n]+)");
  private static final Pattern SHALLOW = Pattern.compile("shallow (?<id>[0-9a-f]{40})\\n?");

  private final String address;
  private final Set<ObjectId> shallow = new LinkedHashSet<>();
  private boolean isOfHttp;

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
  boolean passes(byte[] content) throws GitException {
    String text = new String(content, ISO_8859_1);
    isOfHttp |= text.startsWith("# service=");
    Matcher matcher = SHALLOW.matcher(text);
    if (matcher.matches()) {
      shallow.add(ObjectId.fromString(matcher.group("id")));
      return false;
    }
    check(text);
    return true;
  }

  /** {@inheritDoc} By HTTP, a flush follows the name of the service. */
  @Override
  boolean goesOn(byte[] digits, int length) {
    boolean more = length == 0 && isOfHttp;
    isOfHttp = false;
    return more;
  }

  private void check(String text) throws GitException {
    Matcher matcher = FORMAT.matcher(text);
    if (matcher.find() && !matcher.group("format").equals(SUPPORTED)) {
      throw RepositoryFormat.unsupported(address, matcher.group("format"));
    }
  }
}
