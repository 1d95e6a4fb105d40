package dev.mimic.tls;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** The handshake of a {@link TlsFlow}. The holder of both its locks may use it. */
final class Handshake {
  // The limit on the data that a peer may send before it answers a renegotiation (TLS 1.2).
  private static final int MAX_PLAIN_BYTES = 1024 * 1024;

  private final Flow below;
  private final SSLEngine engine;
  private final TlsInput input;
  private final TlsOutput output;
  private final Supplier<Deadline> limit;
  private @Nullable Deadline by; // the deadline of the current or next handshake, once known

  Handshake(
      Flow below, SSLEngine engine, TlsInput input, TlsOutput output, Supplier<Deadline> limit) {
    this.below = below;
    this.engine = engine;
    this.input = input;
    this.output = output;
    this.limit = limit;
  }

  /** Sets the deadline of the next handshake. */
  void by(Deadline deadline) {
    by = deadline;
  }

  /**
   * Performs or continues the handshake. A failure closes the flow below, except a read timeout,
   * after which another call can continue.
   *
   * @param readBy the deadline of the read that performs the handshake
   */
  void run(Optional<Deadline> readBy) throws IOException {
    Deadline end = by == null ? limit.get() : by;
    by = end;
    Optional<SocketTimeoutException> readTimedOut;
    try {
      readTimedOut = end.guard(below, flow -> runUnlessReadTimesOut(readBy));
    } catch (SocketTimeoutException e) {
      throw late(e);
    }
    if (readTimedOut.isPresent()) {
      throw readTimedOut.get();
    }
    by = null; // a later handshake has its own limit
  }

  private SocketTimeoutException late(SocketTimeoutException e) {
    var late =
        new SocketTimeoutException(
            "the TLS handshake with %s was %s%s"
                .formatted(
                    below.info(),
                    e.getMessage(),
                    input.hasReceivedNothing() ? ": the peer has said nothing" : ""));
    late.initCause(e);
    return late;
  }

  private Optional<SocketTimeoutException> runUnlessReadTimesOut(Optional<Deadline> readBy)
      throws IOException {
    try {
      steps(readBy);
      return Optional.empty();
    } catch (SocketTimeoutException e) {
      return Optional.of(e);
    } catch (PeerGoneException e) {
      throw new PeerGoneException(
          "%s closed the connection during the TLS handshake%s"
              .formatted(
                  below.info(),
                  input.hasReceivedNothing()
                      ? ", and has said nothing: does it speak TLS there?"
                      : ""),
          e);
    } catch (SSLException e) {
      sendAlert(e);
      throw failure(e);
    } catch (ClosedChannelException e) {
      throw e; // closed here
    } catch (IOException e) {
      throw new PeerGoneException(
          "%s was lost during the TLS handshake: %s".formatted(below.info(), e.getMessage()), e);
    }
  }

  /**
   * Sends the alert. In TLS 1.3 a client may already have sent data, which the server no longer
   * reads. The server waits for the end of the client's stream, since otherwise its close would
   * become a reset, which could lose the alert.
   */
  private void sendAlert(SSLException failure) {
    try {
      output.end();
      below.shutdownOutput();
      if (by != null && !engine.getUseClientMode()) {
        input.drain(
            Deadline.after(TlsFlow.CLOSE_TIMEOUT, by.timeSource()), TlsFlow.MAX_DRAIN_BYTES);
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private SSLHandshakeException failure(SSLException e) {
    var failure =
        new SSLHandshakeException(
            "no TLS with %s: %s"
                .formatted(below.info(), TlsMessages.reason(e, isClientCertificateMissing(e))));
    failure.initCause(e);
    return failure;
  }

  /** Returns whether a {@code handshake_failure} can only mean a missing client certificate. */
  private boolean isClientCertificateMissing(SSLException e) {
    return engine.getUseClientMode()
        ? input.hasReceivedHandshake()
        : engine.getNeedClientAuth() && !String.valueOf(e.getMessage()).contains("cipher");
  }

  private void steps(Optional<Deadline> readBy) throws IOException {
    if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && !hasBegun()) {
      engine.beginHandshake();
    }
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks(engine);
        case NEED_WRAP -> {
          if (onlyTicketsRemain()) {
            return;
          }
          encrypt();
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> decrypt(readBy);
        case FINISHED, NOT_HANDSHAKING -> {
          output.flushUnlessPeerGone();
          requireName();
          return;
        }
      }
    }
  }

  /**
   * Checks that the server's certificate has the expected name. The trust manager has checked it
   * already, unless the application has its own {@code SSLContext} or the session is resumed.
   */
  private void requireName() throws SSLException {
    if (engine.getUseClientMode()) {
      ServerName.of(String.valueOf(engine.getPeerHost())).require(engine.getSession());
    }
  }

  /**
   * Returns whether only a server's session tickets remain to be sent (RFC 8446, section 4.6.1).
   * They are sent with its first data, since a client that only writes would close without having
   * read them. A failed handshake still has an alert to send.
   */
  private boolean onlyTicketsRemain() {
    return !engine.getUseClientMode()
        && TlsVersion.TLS_1_3.isOf(engine.getSession())
        && engine.getHandshakeSession() == null
        && !engine.isInboundDone(); // true after a failure
  }

  private boolean hasBegun() {
    return !engine.getSession().getProtocol().equals("NONE");
  }

  static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private void encrypt() throws IOException {
    SSLEngineResult result = output.encrypt();
    if (result.getStatus() == Status.CLOSED) {
      throw new SSLException("the connection was closed");
    }
  }

  private void decrypt(Optional<Deadline> readBy) throws IOException {
    output.flushUnlessPeerGone(); // the peer waits for these records
    SSLEngineResult result = input.decrypt();
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> input.fill(readBy);
      case CLOSED -> throw new SSLException("the peer ended the TLS handshake by close_notify");
      case OK, BUFFER_OVERFLOW -> limitPlainBytes();
    }
  }

  private void limitPlainBytes() throws SSLException {
    if (input.plainBytes() > MAX_PLAIN_BYTES) {
      throw new SSLException("the peer keeps sending data instead of the handshake");
    }
  }
}
