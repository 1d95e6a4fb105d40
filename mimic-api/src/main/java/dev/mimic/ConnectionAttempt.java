package dev.mimic;

import dev.mimic.flow.TimeSource;
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
 * An attempt to connect to one address. One thread creates it, the same or another thread connects
 * it, and any thread can close it.
 *
 * @param <C> the type of connection
 */
final class ConnectionAttempt<C extends Closeable> implements Closeable {
  private record Failure(Throwable cause, long afterNanos) {}

  private final HappyEyeballs.Connector<C> connector;
  private final InetAddress address;
  private final TimeSource time;
  private final long begin;
  private final @Nullable C opened;
  private volatile @Nullable Failure failure;

  /** Creates the attempt and opens its connection. The attempt has failed if that fails. */
  ConnectionAttempt(HappyEyeballs.Connector<C> connector, InetAddress address, TimeSource time) {
    this.connector = connector;
    this.address = address;
    this.time = time;
    this.begin = time.nanoTime();
    this.opened = open();
  }

  private @Nullable C open() {
    try {
      return connector.open(address);
    } catch (IOException e) {
      fail(e);
      return null;
    }
  }

  /** Connects. Blocks until the attempt has succeeded or failed. */
  void connect() {
    try {
      connector.connect(opened(), address);
    } catch (Throwable e) { // Throwable: failed() throws it in the thread that awaits the outcome
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    failure = new Failure(cause, time.nanoTime() - begin);
  }

  /** Returns whether the attempt has failed. Rethrows an unchecked exception of the connector. */
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

  /** Returns the connection, which may not be connected yet. It must have been opened. */
  C opened() {
    if (opened == null) {
      throw new IllegalStateException("%s was not opened".formatted(this));
    }
    return opened;
  }

  /** Rethrows the failure if the cause is that this attempt was closed. */
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

  /** Returns text such as {@code 127.0.0.1: Connection refused after 0 ms}. */
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

  /** Returns the exception for attempts that have all failed. */
  static ConnectException allFailed(String to, List<? extends ConnectionAttempt<?>> attempts) {
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

  /** Returns the exception for attempts that the deadline has ended. */
  static SocketTimeoutException timedOut(
      String to, List<? extends ConnectionAttempt<?>> attempts, SocketTimeoutException cause) {
    String tried = attempts.isEmpty() ? "nothing was tried" : list(attempts);
    SocketTimeoutException timedOut =
        new SocketTimeoutException(
            "no connection to %s: %s (%s)".formatted(to, cause.getMessage(), tried));
    timedOut.initCause(cause);
    return timedOut;
  }

  /** Returns the cause of the failure, or null if the attempt has not failed. */
  @Nullable Throwable cause() {
    Failure known = failure;
    return known == null ? null : known.cause();
  }

  private static String list(List<? extends ConnectionAttempt<?>> attempts) {
    return attempts.stream().map(ConnectionAttempt::toString).collect(Collectors.joining("; "));
  }
}
