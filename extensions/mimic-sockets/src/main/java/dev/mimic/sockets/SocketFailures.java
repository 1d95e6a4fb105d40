package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.MalformedAddressException;
import dev.mimic.PeerGoneException;
import dev.mimic.ResolutionException;
import dev.mimic.ResolutionTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** What fails on a flow, as the users of sockets know it. Messages stay, and causes are kept. */
final class SocketFailures {
  private SocketFailures() {}

  /** Returns why there is no connection. */
  static IOException connecting(IOException failure) {
    return failure instanceof ResolutionException e ? connecting(e) : using(failure);
  }

  private static IOException connecting(ResolutionException e) {
    if (e instanceof ResolutionTimeoutException) {
      return because(e, new SocketTimeoutException(e.getMessage()));
    }
    if (e instanceof MalformedAddressException) { // nothing but the host can be the reason
      return because(e, new UnknownHostException(e.getMessage()));
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException unused -> {
          return because(e, new UnknownHostException(e.getMessage()));
        }
        case ConnectException unused -> {
          return because(e, new ConnectException(e.getMessage()));
        }
        case BindException unused -> {
          return because(e, new BindException(e.getMessage()));
        }
        case SocketTimeoutException unused -> {
          return because(e, new SocketTimeoutException(e.getMessage()));
        }
        default -> {}
      }
    }
    return e;
  }

  /** Returns why something could not be done with a flow or a listener. */
  static IOException using(IOException failure) {
    return switch (failure) {
      case ClosedByInterruptException e -> because(e, new SocketException("Closed by interrupt"));
      case ClosedChannelException e -> because(e, new SocketException("Socket closed"));
      case PeerGoneException e ->
          because(e, new SocketException("Connection reset: " + e.getMessage()));
      default -> failure;
    };
  }

  /** Returns why nothing could be written to this flow. */
  static IOException writing(Flow flow, IOException failure) {
    return failure instanceof ClosedChannelException && flow.isOpen()
        ? because(failure, new SocketException("Socket output is shutdown"))
        : using(failure);
  }

  private static IOException because(IOException cause, IOException failure) {
    failure.initCause(cause);
    return failure;
  }
}
