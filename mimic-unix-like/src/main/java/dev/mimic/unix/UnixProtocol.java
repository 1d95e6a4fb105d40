package dev.mimic.unix;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static dev.mimic.Derivation.withDefaultUnlessTried;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Deadline;
import dev.mimic.Derivation;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.Key;
import dev.mimic.ListeningProtocol;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Stream sockets in the Unix domain: {@code unix:/run/x.sock}, to connect to and to listen on.
 *
 * <p>Such an address has an absolute path, percent-encoded where needed, and nothing else; {@code
 * unix:///run/x.sock} says the same. The path has at most 106 bytes on Linux and 102 on other
 * systems, which is the JDK's limit. Such a socket is on this host: to connect to one through hops
 * ({@link Network#HOPS}) is refused. To listen on one, hops are not looked at.
 *
 * <p><b>Flows</b> are like those of {@link TcpNetwork}, but for this:
 *
 * <ul>
 *   <li>A read with a time-out is done by a second, virtual, thread. After a time-out that one
 *       reads on: up to 16 KiB that come later are kept for the next read. {@link Flow#available}
 *       keeps up to 16 KiB, too. If those are all that is unread when the flow is closed, its peer
 *       reads an end, and no reset.
 *   <li>{@link Flow#shutdownInput} tells the peer, whose writes then fail, if a read without
 *       time-out waits at that moment; nothing else would wake it.
 * </ul>
 *
 * <p><b>Listeners.</b> The file of a listener appears at its path when one can connect, and has its
 * {@linkplain #PERMISSIONS permissions} from the first moment. The folder must exist, and be
 * writable. The file goes when the listener is closed, by an interrupt too, unless it is another
 * one's by then. A program that is killed leaves it behind: the next listener replaces a socket
 * that nobody listens on, but none that is in use, and nothing that is no socket.
 *
 * <p>Of listeners that start at one path at once, in one program or several, one gets it and keeps
 * it, and the others fail. That holds among listeners of this class; a program of another kind that
 * replaces files without asking cannot be kept from it. To ask whether somebody listens is to
 * connect: so a listener accepts a flow that ends at once, where another was to start at its path.
 * Programs that list sockets show one by the name under which it was made, in a hidden folder
 * beside its path.
 */
public final class UnixProtocol
    implements Protocol<UnixProtocol.Endpoint>, ListeningProtocol<UnixProtocol.Endpoint> {

  /** Where to connect to; name it as the carrier of a scheme over Unix domain sockets. */
  public static final Key<Endpoint> ENDPOINT = Key.of("unix.endpoint");

  /** Where to listen, and who may connect; name it as the listening carrier of such a scheme. */
  public static final Key<Endpoint> LISTEN = Key.of("unix.listen");

  /**
   * The permissions of a listener's file. To connect takes the permission to write. At first, and
   * if nothing gives others, {@code rw-------}: only the owner may.
   */
  public static final Key<Set<PosixFilePermission>> PERMISSIONS =
      Key.of("unix.permissions", PosixFilePermissions::toString);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /**
   * A socket in the file system.
   *
   * @param socket an absolute path of the default file system
   * @param permissions of its file, where it is listened on; to connect, they are not looked at
   */
  public record Endpoint(Path socket, Set<PosixFilePermission> permissions) {
    /** Checks the path, and copies. */
    public Endpoint {
      UnixPaths.requireSocket(socket);
      permissions = Set.copyOf(permissions);
    }

    /** Makes an endpoint whose file only its owner may connect to. */
    public Endpoint(Path socket) {
      this(socket, OWNER_ONLY);
    }
  }

  /** Returns the scheme {@code unix}. */
  static Scheme scheme() {
    return Scheme.of("unix", ENDPOINT).listeningBy(LISTEN);
  }

  /** Returns the rules that make the endpoint of an address, and with permissions to listen. */
  static List<Derivation<?>> derivations() {
    return List.of(
        Derivation.of(
            ENDPOINT,
            required(Address.PATH),
            optional(Address.HOST),
            optional(Address.QUERY),
            withDefaultUnlessTried(Network.HOPS, List.of()),
            (path, host, query, hops) ->
                hops.isEmpty()
                    ? endpoint(path, host, query, OWNER_ONLY)
                    : Verdict.decline(
                        "a Unix domain socket is on this host, where no proxy or jump host can"
                            + " connect to it: leave the hops out for this address")),
        Derivation.of(
            LISTEN,
            required(Address.PATH),
            optional(Address.HOST),
            optional(Address.QUERY),
            withDefault(PERMISSIONS, OWNER_ONLY),
            UnixProtocol::endpoint));
  }

  private static Verdict<Endpoint> endpoint(
      String path,
      Optional<String> host,
      Optional<String> query,
      Set<PosixFilePermission> permissions) {
    if (host.isPresent()) {
      return Verdict.decline(
          "a Unix domain socket has a path and no host: write unix:"
              + Address.encodePath(path.startsWith("/") ? "/" + host.get() + path : path));
    }
    if (query.isPresent()) {
      return Verdict.decline("a path has no query: write %3F for a '?' in its name");
    }
    return UnixPaths.parse(path, permissions);
  }

  /** Makes the protocol; it holds nothing. */
  public UnixProtocol() {}

  /** Returns {@code unix}. */
  @Override
  public String name() {
    return "unix";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  @Override
  public Key<Endpoint> listenKey() {
    return LISTEN;
  }

  /** Returns false: nothing is encrypted, and the peer is whoever may use the file. */
  @Override
  public boolean isSecure() {
    return false;
  }

  /** Returns {@code unix(/run/x.sock)}. */
  @Override
  public String describe(Endpoint endpoint) {
    return UnixSockets.describe(endpoint.socket());
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.net.ConnectException if there is no socket, or nobody listens on it, or it is not
   *     this program's to connect to
   */
  @Override
  public Flow connect(Endpoint endpoint, Deadline deadline) throws IOException {
    requireNonNull(deadline, "deadline");
    return UnixSockets.connect(endpoint.socket(), deadline);
  }

  @Override
  public FlowListener listen(Endpoint at) throws IOException {
    return UnixListener.open(at.socket(), at.permissions());
  }
}
