package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A server's side of a conversation, whose advertisement is checked before JGit reads it
 * (gitprotocol-pack(5), "Reference Discovery"). JGit 7.8 takes no notice of {@code object-format},
 * and does not understand the {@code shallow} lines of versions 0 and 1: these are left out and
 * kept. Names of refs that are not UTF-8 are refused, also those that version 2 lists afterwards.
 *
 * <p>What is no advertisement at all is passed on as it is.
 */
final class Advertisement extends PacketLines {
  private static final String SUPPORTED = "sha1";
  private static final Pattern FORMAT =
      Pattern.compile("(?:^|[\\x00 ])object-format=(?<format>[^ \\x00\\n]+)");
  private static final Pattern REF = Pattern.compile("[0-9a-f]{40} |unborn ");
  private static final Pattern SHALLOW = Pattern.compile("shallow (?<id>[0-9a-f]{40})\\n?");

  private final String address;
  private final Set<ObjectId> shallow = new LinkedHashSet<>();
  private boolean isOfHttp;
  private boolean listsLater;
  private boolean isLater;

  /**
   * Makes one of a stream that is at its beginning.
   *
   * @param address for messages
   */
  Advertisement(InputStream in, String address) {
    super(in);
    this.address = address;
  }

  /** Makes one of what a server answers by HTTP after its advertisement. */
  static Advertisement later(InputStream in, String address) {
    Advertisement later = new Advertisement(in, address);
    later.listsLater = true;
    later.isLater = true;
    return later;
  }

  /** Returns the commits whose parents the server does not have, as far as it has said so. */
  Set<ObjectId> shallow() {
    return Set.copyOf(shallow);
  }

  @Override
  boolean passes(byte[] content) throws GitException {
    String text = new String(content, ISO_8859_1);
    boolean isRef = REF.matcher(text).lookingAt();
    if (isRef) {
      Optional<GitException> refusal = RefNames.refusal(content, address);
      if (refusal.isPresent()) {
        throw refusal.orElseThrow();
      }
    }
    if (isLater) {
      if (!isRef) {
        end(); // of another answer than that to ls-refs
      }
      return true;
    }
    isOfHttp |= text.startsWith("# service=");
    listsLater |= text.equals("version 2\n");
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
    boolean more = length == 0 && (isOfHttp || listsLater);
    isLater |= !isOfHttp;
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
