package dev.mimic.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import dev.mimic.HostPort;
import dev.mimic.ssh.KnownHostLines.Line;
import dev.mimic.ssh.KnownHostLines.Marker;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * What is known of the one host that a connection goes to. The library asks it about plain keys,
 * and takes from it the keys that may sign certificates; what it is told was matched already, so
 * that the library's own matching of names, which knows neither negation nor patterns on all lines,
 * has nothing to decide.
 *
 * <p>Like OpenSSH's client, it looks for {@code [host]:port} first, and for {@code host} where
 * nothing is known by that. A line marked {@code @revoked} counts by either name. Immutable.
 */
final class KnownHost implements HostKeyRepository {
  private static final String EVERY_HOST = "*"; // the lines are those of the host already

  private final KnownHostLines byPort;
  private final KnownHostLines byName;
  private final String source;
  private final Supplier<Optional<String>> certificateFault;

  private KnownHost(
      KnownHostLines byPort,
      KnownHostLines byName,
      String source,
      Supplier<Optional<String>> certificateFault) {
    this.byPort = byPort;
    this.byName = byName;
    this.source = source;
    this.certificateFault = certificateFault;
  }

  /** Reads what a file says of a host; logs the lines that it cannot read. */
  static KnownHost of(HostPort at, byte[] file, String source) {
    String name = at.host().toLowerCase(Locale.ROOT);
    KnownHostLines byName = KnownHostLines.about(name, file);
    KnownHostLines byPort =
        at.port() == SshProtocol.PORT
            ? byName
            : KnownHostLines.about("[%s]:%d".formatted(name, at.port()), file);
    KnownHost known = new KnownHost(byPort, byName, source, Optional::empty);
    for (String damage : known.damages()) {
      LoggerFactory.getLogger(SshKnownHosts.class).warn("skipped in {}: {}", source, damage);
    }
    return known;
  }

  /**
   * Returns the same, which names no authority while the certificate that the host shows has a
   * fault. The library checks certificates as well, but takes a principal for a pattern.
   */
  KnownHost refusing(Supplier<Optional<String>> certificateFault) {
    return new KnownHost(byPort, byName, source, certificateFault);
  }

  /** Returns what is wrong with lines that are, or may be, about the host. */
  List<String> damages() {
    return Stream.concat(byPort.damages().stream(), byName.damages().stream()).distinct().toList();
  }

  /** Returns where this is from, for messages. */
  String source() {
    return source;
  }

  private Stream<Line> marked(Marker marker) {
    return Stream.concat(byPort.marked(marker), byName.marked(marker)).distinct();
  }

  /** Returns the line that revokes the key, that of a certificate, or that of its authority. */
  Optional<Line> revoking(PublicKeyBlob key) {
    return marked(Marker.REVOKED)
        .filter(
            line ->
                line.key().plain().equals(key.plain())
                    || key.certificate()
                        .filter(it -> line.key().plain().equals(it.authority()))
                        .isPresent())
        .findFirst();
  }

  /** Returns whether this key may sign certificates of the host. */
  boolean isAuthority(ByteBuffer key) {
    return marked(Marker.CERT_AUTHORITY).anyMatch(line -> line.key().plain().equals(key));
  }

  @Override
  public int check(String host, byte[] key) {
    ByteBuffer plain = ByteBuffer.wrap(key);
    if (marked(Marker.REVOKED).anyMatch(line -> line.key().plain().equals(plain))) {
      return NOT_INCLUDED;
    }
    int verdict = check(byPort, plain);
    return verdict == NOT_INCLUDED ? check(byName, plain) : verdict;
  }

  private static int check(KnownHostLines lines, ByteBuffer key) {
    List<Line> known = lines.marked(Marker.NONE).toList();
    if (known.stream().anyMatch(line -> isPlain(line) && line.key().plain().equals(key))) {
      return OK;
    }
    return known.isEmpty() ? NOT_INCLUDED : CHANGED;
  }

  /** A certificate without a marker is no key that could be compared. */
  private static boolean isPlain(Line line) {
    return line.key().certificate().isEmpty();
  }

  /**
   * Puts those algorithms first that a known key, or a known authority, is for: a host that has
   * keys of several types then shows the one that is known.
   */
  String ordered(String algorithms) {
    List<String> all = List.of(algorithms.split(",", -1));
    return hasKey(PublicKeyBlob.typeOf(all.getFirst()))
        ? algorithms // the best one is known already
        : all.stream()
            .sorted(Comparator.comparing(algorithm -> !isKnown(algorithm)))
            .collect(Collectors.joining(","));
  }

  private boolean isKnown(String algorithm) {
    return hasKey(PublicKeyBlob.typeOf(algorithm))
        || (PublicKeyBlob.isCertificate(algorithm)
            && byPort.marked(Marker.CERT_AUTHORITY).findAny().isPresent());
  }

  private boolean hasKey(String type) {
    return byPort
        .marked(Marker.NONE)
        .anyMatch(line -> isPlain(line) && line.key().type().equals(type));
  }

  /**
   * Returns the authorities and the revoked keys. The library refuses a certificate by a revoked
   * authority only if that is listed as an authority as well; so it is.
   */
  @Override
  public HostKey[] getHostKey() {
    Stream<Line> authorities =
        certificateFault.get().isPresent() ? Stream.empty() : marked(Marker.CERT_AUTHORITY);
    return Stream.concat(
            Stream.concat(authorities, marked(Marker.REVOKED))
                .map(line -> hostKey("@cert-authority", line)),
            marked(Marker.REVOKED).map(line -> hostKey("@revoked", line)))
        .toArray(HostKey[]::new);
  }

  @Override
  public HostKey[] getHostKey(String host, String type) {
    return getHostKey();
  }

  private static HostKey hostKey(String marker, Line line) {
    byte[] key = new byte[line.key().plain().remaining()];
    line.key().plain().duplicate().get(key);
    try {
      return new HostKey(marker, EVERY_HOST, HostKey.UNKNOWN, key, null);
    } catch (JSchException e) {
      throw new IllegalStateException("it fails only where it is to guess the type", e);
    }
  }

  @Override
  public String getKnownHostsRepositoryID() {
    return source;
  }

  /** Does nothing: what is known is never written to. */
  @Override
  public void add(HostKey key, UserInfo ui) {}

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte[] key) {}
}
