package dev.mimic.unix;

import dev.mimic.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to one address: opened by one thread, connected by that one or another,
 * closed by any.
 *
 * @param <C> what is connected
 */
final class Attempt<C extends Closeable> implements Closeable {
  private record Failure(Throwable cause, long afterNanos) {}

  private final HappyEyeballs.Dialler<C> dialler;
  private final InetAddress address;
  private final TimeSource time;
  private final long begin;
  private final @Nullable C opened;
  private volatile @Nullable Failure failure;

  /** Opens; the attempt may have failed then. */
  Attempt(HappyEyeballs.Dialler<C> dialler, InetAddress address, TimeSource time) {
    this.dialler = dialler;
    this.address = address;
    this.time = time;
    this.begin = time.nanoTime();
    this.opened = open();
  }

  private @Nullable C open() {
    try {
      return dialler.open(address);
    } catch (IOException e) {
      fail(e);
      return null;
    }
  }

  /** Connects, or fails. */
  void connect() {
    try {
      dialler.connect(opened(), address);
    } catch (Throwable e) { // Throwable: this may be another thread than the one that must hear
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    failure = new Failure(cause, time.nanoTime() - begin);
  }

  /** Returns whether it has failed; throws what no dialler should throw. */
  boolean failed() {
    Failure known = failure;
    if (known == null) {
      return false;
    }
    return switch (known.cause()) {
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> true;
    };
  }

  /** Returns what is connected or to be connected; there is something unless opening failed. */
  C opened() {
    if (opened == null) {
      throw new IllegalStateException("%s was not opened".formatted(this));
    }
    return opened;
  }

  /** Throws the failure if it is that this attempt was closed. */
  void rethrowIfClosed() throws ClosedChannelException {
    if (cause() instanceof ClosedChannelException closed) {
      throw closed;
    }
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }

  /** Returns such as {@code 127.0.0.1: Connection refused after 0 ms}. */
  @Override
  public String toString() {
    Failure known = failure;
    if (known == null || known.cause() instanceof ClosedChannelException) {
      return after("still connecting", time.nanoTime() - begin);
    }
    return after(text(known.cause()), known.afterNanos());
  }

  private String after(String what, long nanos) {
    return "%s: %s after %d ms"
        .formatted(IpAddresses.print(address), what, Duration.ofNanos(nanos).toMillis());
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message.replaceAll("\\R", " ");
  }

  /** Returns what there is to throw when all of several attempts failed. */
  static ConnectException allFailed(String to, List<? extends Attempt<?>> attempts) {
    List<Throwable> causes =
        attempts.stream().flatMap(each -> Stream.ofNullable(each.cause())).toList();
    boolean refused = causes.stream().allMatch(ConnectException.class::isInstance);
    ConnectException all =
        new ConnectException(
            "%s %s (%s)"
                .formatted(
                    refused ? "connection refused by" : "no connection to", to, list(attempts)));
    causes.forEach(all::addSuppressed);
    return all;
  }

  /** Returns what there is to throw when the time is up. */
  static SocketTimeoutException timedOut(
      String to, List<? extends Attempt<?>> attempts, SocketTimeoutException cause) {
    String tried = attempts.isEmpty() ? "nothing was tried" : list(attempts);
    SocketTimeoutException timedOut =
        new SocketTimeoutException(
            "no connection to %s: %s (%s)".formatted(to, cause.getMessage(), tried));
    timedOut.initCause(cause);
    return timedOut;
  }

  /** Returns why it failed, or null if it has not. */
  @Nullable Throwable cause() {
    Failure known = failure;
    return known == null ? null : known.cause();
  }

  private static String list(List<? extends Attempt<?>> attempts) {
    return attempts.stream().map(Attempt::toString).collect(Collectors.joining("; "));
  }
}
