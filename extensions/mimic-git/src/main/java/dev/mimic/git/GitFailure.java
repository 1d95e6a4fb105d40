package dev.mimic.git;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableSet;
import dev.mimic.ResolutionException;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.ssh.SshExitException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.internal.http2.StreamResetException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.RemoteRepositoryException;

/** Translates failures of JGit into exceptions that name the cause and a remedy. */
final class GitFailure {
  private static final String NOT_AUTHORIZED = "not authorized"; // the end of a message of JGit

  // The JDK has no exception types for these, only the messages of the operating system.
  private static final ImmutableSet<String> DISK_ERRORS =
      ImmutableSet.of("No space left on device", "Disk quota exceeded", "File too large");

  // An exception without a message has that of its cause, preceded by the name of its class.
  private static final Pattern CLASS_NAME = Pattern.compile("^([a-z]\\w*\\.)+[A-Z]\\w*: ");

  private GitFailure() {}

  /** Returns the exception to throw for one of JGit. Its causes are examined first. */
  static IOException explain(GitAddress at, Exception thrown) {
    List<Throwable> chain = Throwables.getCausalChain(thrown);
    if (chain.stream().anyMatch(GitFailure::isInterrupt)) {
      Thread.currentThread().interrupt(); // JGit's threads lose the interrupt status
      ClosedByInterruptException interrupted = new ClosedByInterruptException();
      interrupted.addSuppressed(thrown);
      return interrupted;
    }
    // These messages are complete.
    Optional<IOException> complete =
        first(chain, ResolutionException.class).or(() -> first(chain, GitException.class));
    if (complete.isPresent()) {
      return complete.orElseThrow();
    }
    Optional<IOException> tlsFailure = first(chain, SSLException.class);
    if (tlsFailure.isPresent()) {
      String why = at.scrub(message(tlsFailure.orElseThrow()));
      return new GitException(OneLine.of("cannot connect to %s: %s".formatted(at, why)), thrown);
    }
    String cause = at.scrub(withoutPrefix(at, cause(at, chain)));
    return new GitException(OneLine.of(at + ": " + cause), thrown);
  }

  private static boolean isInterrupt(Throwable e) {
    return e instanceof ClosedByInterruptException
        || e instanceof InterruptedException
        || (e instanceof SocketException && "Closed by interrupt".equals(e.getMessage()))
        || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
  }

  private static boolean isEnd(Throwable e) {
    return e instanceof PeerGoneException
        || e instanceof EOFException
        || e instanceof StreamResetException // HTTP/2, also at the end of the connection
        || (e instanceof ProtocolException && "unexpected end of stream".equals(e.getMessage()));
  }

  /** Removes the address, with which many messages of JGit begin. */
  private static String withoutPrefix(GitAddress at, String message) {
    for (String prefix : List.of(at + ": ", at.uri() + ": ")) {
      if (message.startsWith(prefix)) {
        return message.substring(prefix.length());
      }
    }
    return message;
  }

  private static String cause(GitAddress at, List<Throwable> chain) {
    Optional<IOException> found = first(chain, SshExitException.class);
    if (found.isPresent()) {
      return message(found.orElseThrow());
    }
    found = first(chain, LimitException.class).or(() -> first(chain, HttpRefusal.class));
    if (found.isPresent()) {
      return message(found.orElseThrow());
    }
    if (first(chain, NoRemoteRepositoryException.class).isPresent()) {
      return "there is no such repository, or this user has no access to it";
    }
    found = first(chain, RemoteRepositoryException.class);
    if (found.isPresent()) {
      return message(found.orElseThrow());
    }
    if (chain.stream().anyMatch(GitFailure::isEnd)) {
      return "the server closed the connection during the transfer: try again";
    }
    String innermost = message(chain.getLast());
    if (innermost.endsWith(NOT_AUTHORIZED)) {
      return "the server requires a valid user and password: write user:password@ before the host";
    }
    return DISK_ERRORS.contains(innermost)
        ? "the received data could not be stored: %s: free disk space, and try again"
            .formatted(innermost)
        : inContext(withoutPrefix(at, message(chain.getFirst())), innermost);
  }

  /** Returns JGit's description of an action, followed by the cause of its failure. */
  private static String inContext(String doing, String cause) {
    String own = CLASS_NAME.matcher(doing).replaceFirst("");
    return own.contains(cause) ? own : own + ": " + cause;
  }

  private static <T extends IOException> Optional<IOException> first(
      List<Throwable> chain, Class<T> type) {
    return chain.stream().filter(type::isInstance).findFirst().map(IOException.class::cast);
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
