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

/** Says why a conversation with a repository failed, and what to do about it. */
final class GitFailure {
  private static final String NOT_AUTHORIZED = "not authorized"; // as JGit's own message ends

  // The JDK tells these by the system's words alone.
  private static final ImmutableSet<String> OF_THE_DISK =
      ImmutableSet.of("No space left on device", "Disk quota exceeded", "File too large");

  // A failure without a message of its own has its cause's, after the name of the class.
  private static final Pattern CLASS = Pattern.compile("^([a-z]\\w*\\.)+[A-Z]\\w*: ");

  private GitFailure() {}

  /** Returns what to throw for what JGit threw; what it wraps is looked at first. */
  static IOException explain(GitAddress at, Exception thrown) {
    List<Throwable> chain = Throwables.getCausalChain(thrown);
    if (chain.stream().anyMatch(GitFailure::isInterrupt)) {
      Thread.currentThread().interrupt(); // JGit has threads of its own, and loses it in between
      ClosedByInterruptException interrupted = new ClosedByInterruptException();
      interrupted.addSuppressed(thrown);
      return interrupted;
    }
    // These say all that there is to say.
    Optional<IOException> whole =
        first(chain, ResolutionException.class).or(() -> first(chain, GitException.class));
    if (whole.isPresent()) {
      return whole.orElseThrow();
    }
    Optional<IOException> noTls = first(chain, SSLException.class);
    if (noTls.isPresent()) {
      String why = at.scrub(message(noTls.orElseThrow()));
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
        || e instanceof StreamResetException // of HTTP/2, also where the connection ended
        || (e instanceof ProtocolException && "unexpected end of stream".equals(e.getMessage()));
  }

  /** Leaves out the address, with which JGit begins many of its messages. */
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
      return "there is no such repository, or not for this user";
    }
    found = first(chain, RemoteRepositoryException.class);
    if (found.isPresent()) {
      return message(found.orElseThrow());
    }
    if (chain.stream().anyMatch(GitFailure::isEnd)) {
      return "the server ended the connection in mid-transfer: try again";
    }
    String said = message(chain.getLast());
    if (said.endsWith(NOT_AUTHORIZED)) {
      return "the server wants a user and a password that it knows";
    }
    return OF_THE_DISK.contains(said)
        ? "what came could not be written here: %s: make room, and try again".formatted(said)
        : inContext(withoutPrefix(at, message(chain.getFirst())), said);
  }

  /** Returns what JGit says that it was doing, and then why that failed. */
  private static String inContext(String doing, String cause) {
    String own = CLASS.matcher(doing).replaceFirst("");
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
