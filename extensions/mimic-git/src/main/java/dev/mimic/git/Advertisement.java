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
 * The input of a client from a server, with checks of the advertisement (gitprotocol-pack(5),
 * "Reference Discovery"). JGit 7.8 ignores {@code object-format}, which is checked here. It rejects
 * the {@code shallow} lines of versions 0 and 1, which are removed and recorded. Ref names that are
 * not UTF-8 are refused, also in the list of refs that follows in version 2.
 *
 * <p>Input that is not an advertisement is not changed.
 */
final class Advertisement extends PacketLines {
  private static final String SUPPORTED = "sha1";
  private static final Pattern FORMAT =
      Pattern.compile("(?:^|[\\x00 ])object-format=(?<format>[^ \\x00\\n]+)");
  private static final Pattern REF = Pattern.compile("[0-9a-f]{40} |unborn ");
  private static final Pattern SHALLOW = Pattern.compile("shallow (?<id>[0-9a-f]{40})\\n?");

  private final String address;
  private final Set<ObjectId> shallow = new LinkedHashSet<>();
  private boolean isHttp;
  private boolean listsRefsLater;
  private boolean isAfterAdvertisement;

  /**
   * Creates an input from the beginning of an advertisement.
   *
   * @param address the address of the repository, for messages
   */
  Advertisement(InputStream in, String address) {
    super(in);
    this.address = address;
  }

  /** Creates an input from an HTTP response that follows the advertisement. */
  static Advertisement responseAfter(InputStream in, String address) {
    Advertisement input = new Advertisement(in, address);
    input.listsRefsLater = true;
    input.isAfterAdvertisement = true;
    return input;
  }

  /** Returns the commits at the boundary of a shallow repository, as far as they were read. */
  Set<ObjectId> shallow() {
    return Set.copyOf(shallow);
  }

  @Override
  boolean accepts(byte[] content) throws GitException {
    String text = new String(content, ISO_8859_1);
    boolean isRef = REF.matcher(text).lookingAt();
    if (isRef) {
      Optional<GitException> refusal = RefNames.refusal(content, address);
      if (refusal.isPresent()) {
        throw refusal.orElseThrow();
      }
    }
    if (isAfterAdvertisement) {
      if (!isRef) {
        stopChecking(); // not a list of refs
      }
      return true;
    }
    isHttp |= text.startsWith("# service=");
    listsRefsLater |= text.equals("version 2\n");
    Matcher matcher = SHALLOW.matcher(text);
    if (matcher.matches()) {
      shallow.add(ObjectId.fromString(matcher.group("id")));
      return false;
    }
    check(text);
    return true;
  }

  /** {@inheritDoc} In HTTP, a flush follows the name of the service. */
  @Override
  boolean continuesAfter(byte[] digits, int length) {
    boolean more = length == 0 && (isHttp || listsRefsLater);
    isAfterAdvertisement |= !isHttp;
    isHttp = false;
    return more;
  }

  private void check(String text) throws GitException {
    Matcher matcher = FORMAT.matcher(text);
    if (matcher.find() && !matcher.group("format").equals(SUPPORTED)) {
      throw RepositoryFormat.unsupported(address, matcher.group("format"));
    }
  }
}
