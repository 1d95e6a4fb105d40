package dev.mimic.unix;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static dev.mimic.Derivation.withDefaultUnlessTried;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.ListeningProtocol;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that connects to, and listens on, stream sockets in the Unix domain: {@code
 * unix:/run/x.sock}.
 *
 * <p>Such an address has an absolute path, percent-encoded where needed, and nothing else. {@code
 * unix:///run/x.sock} is equivalent. The path has at most 106 bytes on Linux and 102 on other
 * systems, which is the JDK's limit. Such a socket is on this host, so connecting through hops
 * ({@link Network#HOPS}) is refused. Listening ignores hops.
 *
 * <p><b>Flows</b> are like those of {@link TcpNetwork}, with these differences:
 *
 * <ul>
 *   <li>A read with a timeout is performed by a second, virtual, thread. That thread continues to
 *       read after the timeout, and keeps up to 16 KiB for the next read. {@link Flow#available}
 *       also keeps up to 16 KiB. If no other input is unread when the flow is closed, the peer
 *       reads a clean end, not a reset.
 *   <li>{@link Flow#shutdownInput} is visible to the peer, whose writes then fail, if a read
 *       without a timeout is blocked at that moment. It could not be woken otherwise.
 * </ul>
 *
 * <p><b>Listeners.</b> The file of a listener appears at its path when clients can connect, and has
 * its {@linkplain #PERMISSIONS permissions} from the start. The folder must exist and be writable.
 * The file is removed when the listener is closed, also by an interrupt, unless another file has
 * replaced it. A killed program leaves its file behind. The next listener replaces a socket on
 * which no process listens, but never one that is in use, or another kind of file.
 *
 * <p>If several listeners start at the same path at once, in one program or in several, exactly one
 * succeeds. This holds among listeners of this class, not for other programs that replace files
 * without checking. The check whether a socket is in use connects to it. Therefore a listener may
 * accept a flow that ends immediately when another listener tries to start at its path. Programs
 * that list sockets show the name under which the socket was created, in a hidden folder beside its
 * path.
 */
public final class UnixProtocol
    implements Protocol<UnixProtocol.Endpoint>, ListeningProtocol<UnixProtocol.Endpoint> {

  /** The endpoint to connect to. Name this key as the carrier of a scheme over Unix sockets. */
  public static final Key<Endpoint> ENDPOINT = Key.of("unix.endpoint");

  /** The endpoint to listen at. Name this key as the listening carrier of such a scheme. */
  public static final Key<Endpoint> LISTEN = Key.of("unix.listen");

  /**
   * The permissions of a listener's file. Clients need the permission to write. Defaults to {@code
   * rw-------}, which allows only the owner to connect.
   */
  public static final Key<Set<PosixFilePermission>> PERMISSIONS =
      Key.of("unix.permissions", PosixFilePermissions::toString);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** A socket in the file system. Immutable. */
  public static final class Endpoint {
    private final Path socket;
    private final Set<PosixFilePermission> permissions;

    private Endpoint(Path socket, Set<PosixFilePermission> permissions) {
      UnixPaths.requireSocket(socket);
      this.socket = socket;
      this.permissions = Set.copyOf(permissions);
    }

    /**
     * Returns an endpoint.
     *
     * @param socket an absolute path of the default file system
     * @param permissions the permissions of its file when listening; ignored when connecting
     */
    public static Endpoint of(Path socket, Set<PosixFilePermission> permissions) {
      return new Endpoint(socket, permissions);
    }

    /** Returns an endpoint to which only the owner of its file can connect. */
    public static Endpoint of(Path socket) {
      return of(socket, OWNER_ONLY);
    }

    /** Returns the path of the socket. */
    public Path socket() {
      return socket;
    }

    /** Returns the permissions of its file when listening; ignored when connecting. */
    public Set<PosixFilePermission> permissions() {
      return permissions;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Endpoint that
          && socket.equals(that.socket)
          && permissions.equals(that.permissions);
    }

    @Override
    public int hashCode() {
      return Objects.hash(socket, permissions);
    }

    @Override
    public String toString() {
      return "Endpoint[socket=%s, permissions=%s]".formatted(socket, permissions);
    }
  }

  /** Returns the scheme {@code unix}. */
  static Scheme scheme() {
    return Scheme.of("unix", ENDPOINT).listeningBy(LISTEN);
  }

  /** Returns the derivations of {@link #ENDPOINT} and {@link #LISTEN}. */
  static List<Derivation<?>> derivations() {
    return List.of(toConnect(), toListen());
  }

  private static Derivation<Endpoint> toConnect() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
    Input<String> path = endpoint.input(required(Address.PATH));
    Input<Optional<String>> host = endpoint.input(optional(Address.HOST));
    Input<Optional<String>> query = endpoint.input(optional(Address.QUERY));
    Input<List<Network.Hop>> hops = endpoint.input(withDefaultUnlessTried(Network.HOPS, List.of()));
    return endpoint.build(
        in ->
            in.get(hops).isEmpty()
                ? endpoint(in.get(path), in.get(host), in.get(query), OWNER_ONLY)
                : Verdict.decline(
                    "a Unix domain socket is on this host, where no proxy or jump host can"
                        + " connect to it: leave the hops out for this address"));
  }

  private static Derivation<Endpoint> toListen() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(LISTEN);
    Input<String> path = endpoint.input(required(Address.PATH));
    Input<Optional<String>> host = endpoint.input(optional(Address.HOST));
    Input<Optional<String>> query = endpoint.input(optional(Address.QUERY));
    Input<Set<PosixFilePermission>> permissions =
        endpoint.input(withDefault(PERMISSIONS, OWNER_ONLY));
    return endpoint.build(
        in -> endpoint(in.get(path), in.get(host), in.get(query), in.get(permissions)));
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

  /** Creates the protocol, which is stateless. */
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

  /**
   * Returns false: nothing is encrypted, and any process that can access the file can be the peer.
   */
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
   * @throws java.net.ConnectException if there is no socket, no process listens on it, or this
   *     program has no permission to connect
   */
  @Override
  public Flow connect(Endpoint endpoint, Deadline deadline) throws IOException {
    requireNonNull(deadline, "deadline");
    return UnixSockets.connect(endpoint.socket(), deadline);
  }

  @Override
  public FlowListener listen(Endpoint at, Deadline deadline) throws IOException {
    if (deadline.remaining().isZero()) {
      throw new SocketTimeoutException("no time is left to listen on " + at.socket());
    }
    return UnixListener.open(at.socket(), at.permissions(), deadline.timeSource()); // does not wait
  }
}
