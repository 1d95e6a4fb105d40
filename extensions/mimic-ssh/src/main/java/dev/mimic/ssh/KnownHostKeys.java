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
 * The known keys of the host that a connection goes to. JSch asks for a verdict on plain keys, and
 * for the authorities that may sign certificates. The lines are filtered by host in advance, since
 * JSch supports neither negation nor patterns on all lines.
 *
 * <p>As in OpenSSH's client, lines for {@code [host]:port} take precedence over lines for {@code
 * host}. A line marked {@code @revoked} applies under either name. Immutable.
 */
final class KnownHostKeys implements HostKeyRepository {
  private static final String EVERY_HOST = "*"; // the lines are already filtered by host

  private final KnownHostLines byPort;
  private final KnownHostLines byName;
  private final String source;
  private final Supplier<Optional<String>> certificateFault;

  private KnownHostKeys(
      KnownHostLines byPort,
      KnownHostLines byName,
      String source,
      Supplier<Optional<String>> certificateFault) {
    this.byPort = byPort;
    this.byName = byName;
    this.source = source;
    this.certificateFault = certificateFault;
  }

  /** Parses the lines for a host, and logs malformed ones. */
  static KnownHostKeys of(HostPort at, byte[] file, String source) {
    String name = at.host().toLowerCase(Locale.ROOT);
    KnownHostLines byName = KnownHostLines.about(name, file);
    KnownHostLines byPort =
        at.port() == SshProtocol.PORT
            ? byName
            : KnownHostLines.about("[%s]:%d".formatted(name, at.port()), file);
    KnownHostKeys known = new KnownHostKeys(byPort, byName, source, Optional::empty);
    for (String error : known.errors()) {
      LoggerFactory.getLogger(SshKnownHosts.class).warn("skipped in {}: {}", source, error);
    }
    return known;
  }

  /**
   * Returns the same keys, but no authority while the host's certificate has a fault. JSch checks
   * certificates too, but treats a principal as a pattern.
   */
  KnownHostKeys withCertificateFault(Supplier<Optional<String>> certificateFault) {
    return new KnownHostKeys(byPort, byName, source, certificateFault);
  }

  /** Returns descriptions of malformed lines that apply or may apply to the host. */
  List<String> errors() {
    return Stream.concat(byPort.errors().stream(), byName.errors().stream()).distinct().toList();
  }

  /** Returns the name of the source, for messages. */
  String source() {
    return source;
  }

  private Stream<Line> marked(Marker marker) {
    return Stream.concat(byPort.marked(marker), byName.marked(marker)).distinct();
  }

  /** Returns the line that revokes the key, the key in a certificate, or its authority. */
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

  /** Returns whether the key may sign certificates of the host. */
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

  /** Returns whether a line has a plain key, as a certificate without a marker is never matched. */
  private static boolean isPlain(Line line) {
    return line.key().certificate().isEmpty();
  }

  /**
   * Moves the algorithms of known keys and authorities to the front, so that a host with keys of
   * several types presents the known one.
   */
  String ordered(String algorithms) {
    List<String> all = List.of(algorithms.split(",", -1));
    return hasKey(PublicKeyBlob.typeOf(all.getFirst()))
        ? algorithms // the preferred one is known
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
   * Returns the authorities and the revoked keys. Revoked keys are also listed as authorities,
   * since JSch refuses a certificate from a revoked authority only then.
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
      throw new IllegalStateException("HostKey fails only if it has to guess the type", e);
    }
  }

  @Override
  public String getKnownHostsRepositoryID() {
    return source;
  }

  /** Does nothing, since the known keys are immutable. */
  @Override
  public void add(HostKey key, UserInfo ui) {}

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte[] key) {}
}
