package dev.mimic.sockets;

import dev.mimic.MalformedAddressException;
import dev.mimic.ResolutionException;
import dev.mimic.ResolutionTimeoutException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** Conversions of failures of flows to exceptions of sockets. Messages and causes are kept. */
final class SocketFailures {
  private SocketFailures() {}

  /** Converts a failure to connect or bind. */
  static IOException connecting(IOException failure) {
    return failure instanceof ResolutionException e ? connecting(e) : using(failure);
  }

  private static IOException connecting(ResolutionException e) {
    if (e instanceof ResolutionTimeoutException) {
      return withCause(e, new SocketTimeoutException(e.getMessage()));
    }
    if (e instanceof MalformedAddressException) { // only the host can be malformed
      return withCause(e, new UnknownHostException(e.getMessage()));
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException unused -> {
          return withCause(e, new UnknownHostException(e.getMessage()));
        }
        case ConnectException unused -> {
          return withCause(e, new ConnectException(e.getMessage()));
        }
        case BindException unused -> {
          return withCause(e, new BindException(e.getMessage()));
        }
        case SocketTimeoutException unused -> {
          return withCause(e, new SocketTimeoutException(e.getMessage()));
        }
        default -> {}
      }
    }
    return e;
  }

  /** Converts a failure of an operation on a flow or listener. */
  static IOException using(IOException failure) {
    return switch (failure) {
      case ClosedByInterruptException e -> withCause(e, new SocketException("Closed by interrupt"));
      case ClosedChannelException e -> withCause(e, new SocketException("Socket closed"));
      case PeerGoneException e ->
          withCause(e, new SocketException("Connection reset: " + e.getMessage()));
      default -> failure;
    };
  }

  /** Converts a failure to write to this flow. */
  static IOException writing(Flow flow, IOException failure) {
    return failure instanceof ClosedChannelException && flow.isOpen()
        ? withCause(failure, new SocketException("Socket output is shutdown"))
        : using(failure);
  }

  private static IOException withCause(IOException cause, IOException failure) {
    failure.initCause(cause);
    return failure;
  }
}
