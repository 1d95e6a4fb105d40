package dev.mimic.unix;

import static java.util.Objects.requireNonNullElse;

import dev.mimic.flow.Deadline;
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
 * A name look-up that a deadline or an interrupt ends.
 *
 * @param names the resolver
 */
record NameLookup(NameResolver names) {

  /**
   * Returns the distinct addresses of a name, at least one, or the address of a literal.
   *
   * @throws UnknownHostException if the host has no address
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
          new PendingLookup(),
          pending -> {
            startLookup(host, pending);
            return pending.await(host);
          });
    } catch (SocketTimeoutException e) {
      String message = "the look-up of %s: %s".formatted(host, e.getMessage());
      throw (SocketTimeoutException) new SocketTimeoutException(message).initCause(e);
    }
  }

  /**
   * Starts a thread that looks up the name. A native look-up cannot be interrupted or closed, and
   * would pin the carrier of a virtual thread. The thread ends with it, even if no one waits for
   * it.
   */
  private void startLookup(String host, PendingLookup pending) {
    Thread.ofPlatform()
        .daemon()
        .name("mimic look-up of " + host)
        .start(
            () -> {
              try {
                pending.value.complete(List.copyOf(names.resolve(host)));
              } catch (Throwable e) { // Throwable: the waiting thread rethrows it
                pending.value.completeExceptionally(e);
              }
            });
  }

  /** The result of a look-up in another thread. Closing it ends the wait. */
  private static final class PendingLookup implements Closeable {
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
