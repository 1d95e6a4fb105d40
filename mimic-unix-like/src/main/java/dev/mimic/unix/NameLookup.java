package dev.mimic.unix;

import static java.util.Objects.requireNonNullElse;

import dev.mimic.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Waits for a {@link NameResolver} as long as a deadline allows, or until interrupted.
 *
 * @param names whom to ask
 */
record NameLookup(NameResolver names) {

  /**
   * Returns the addresses of a name, each once, at least one; or the address that a literal is.
   *
   * @throws UnknownHostException if there is none
   */
  List<InetAddress> addresses(String host, Deadline deadline) throws IOException {
    Optional<InetAddress> literal = IpAddresses.literal(host);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    List<InetAddress> found = lookUp(host, deadline);
    if (found.isEmpty()) {
      throw new UnknownHostException("host %s has no address".formatted(host));
    }
    return found.stream().distinct().toList();
  }

  private List<InetAddress> lookUp(String host, Deadline deadline) throws IOException {
    try {
      return deadline.bound(
          new Answer(),
          answer -> {
            ask(host, answer);
            return answer.await(host);
          });
    } catch (SocketTimeoutException e) {
      String message = "the look-up of %s: %s".formatted(host, e.getMessage());
      throw (SocketTimeoutException) new SocketTimeoutException(message).initCause(e);
    }
  }

  /**
   * Asks in another thread: getaddrinfo can be neither interrupted nor closed, and would hold the
   * carrier of a virtual thread. When nobody waits any more, the thread ends when getaddrinfo does.
   */
  private void ask(String host, Answer answer) {
    Thread.ofPlatform()
        .daemon()
        .name("mimic look-up of " + host)
        .start(
            () -> {
              try {
                answer.value.complete(List.copyOf(names.resolve(host)));
              } catch (Throwable e) { // Throwable: whatever it is, the one who asked throws it
                answer.value.completeExceptionally(e);
              }
            });
  }

  /** What the look-up says; to close it is to wait no longer. */
  private static final class Answer implements Closeable {
    final CompletableFuture<List<InetAddress>> value = new CompletableFuture<>();

    List<InetAddress> await(String host) throws IOException {
      try {
        return value.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      } catch (ExecutionException e) {
        throw failure(host, requireNonNullElse(e.getCause(), e));
      }
    }

    private static IOException failure(String host, Throwable cause) {
      return switch (cause) {
        case AsynchronousCloseException closed -> closed;
        case UnknownHostException unknown -> {
          String message = "unknown host %s (%s)".formatted(host, unknown.getMessage());
          yield (IOException) new UnknownHostException(message).initCause(unknown);
        }
        case RuntimeException mistake -> throw mistake;
        case Error error -> throw error;
        default -> new IOException("the look-up of %s failed: %s".formatted(host, cause), cause);
      };
    }

    @Override
    public void close() {
      value.completeExceptionally(new AsynchronousCloseException());
    }
  }
}
