package dev.mimic.tls;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
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

/** The handshake of one flow. Run by whoever has both turns. */
final class Handshake {
  // A peer that is asked to renegotiate (TLS 1.2) may send data first, which is kept; so much.
  private static final int MOST_PLAIN_BYTES = 1024 * 1024;

  private final Flow below;
  private final SSLEngine engine;
  private final TlsInput input;
  private final TlsOutput output;
  private final Supplier<Deadline> limit;
  private @Nullable Deadline by; // by when it is done; once it has begun

  Handshake(
      Flow below, SSLEngine engine, TlsInput input, TlsOutput output, Supplier<Deadline> limit) {
    this.below = below;
    this.engine = engine;
    this.input = input;
    this.output = output;
    this.limit = limit;
  }

  /** Sets by when the handshake that comes next is done. */
  void by(Deadline deadline) {
    by = deadline;
  }

  /**
   * Shakes hands, or goes on with it. The flow below is closed if that fails, other than by the
   * read time-out.
   *
   * @param readBy how long this read waits; another can go on with it
   */
  void run(Optional<Deadline> readBy) throws IOException {
    Deadline end = by == null ? limit.get() : by;
    by = end;
    Optional<SocketTimeoutException> tired;
    try {
      tired = end.bound(below, flow -> unlessTired(readBy));
    } catch (SocketTimeoutException e) {
      throw late(e);
    }
    if (tired.isPresent()) {
      throw tired.get();
    }
    by = null; // a later one has its own limit
  }

  private SocketTimeoutException late(SocketTimeoutException e) {
    var late =
        new SocketTimeoutException(
            "the TLS handshake with %s was %s%s"
                .formatted(
                    below.info(),
                    e.getMessage(),
                    input.isSilent() ? ": the peer has said nothing" : ""));
    late.initCause(e);
    return late;
  }

  private Optional<SocketTimeoutException> unlessTired(Optional<Deadline> readBy)
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
                  input.isSilent() ? ", and has said nothing: does it speak TLS there?" : ""),
          e);
    } catch (SSLException e) {
      tellPeer(e);
      throw failure(e);
    } catch (ClosedChannelException e) {
      throw e; // closed here
    } catch (IOException e) {
      throw new PeerGoneException(
          "%s was lost during the TLS handshake: %s".formatted(below.info(), e.getMessage()), e);
    }
  }

  /**
   * Sends the alert. A client may have sent data already (in TLS 1.3), which a server does not read
   * any more: it waits for the client's end, so that its close does not become a reset, by which
   * the alert could be lost.
   */
  private void tellPeer(SSLException failure) {
    try {
      output.end();
      below.shutdownOutput();
      if (by != null && !engine.getUseClientMode()) {
        input.drain(Deadline.after(TlsFlow.CLOSING, by.timeSource()), TlsFlow.DRAINED_BYTES);
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private SSLHandshakeException failure(SSLException e) {
    var failure =
        new SSLHandshakeException(
            "no TLS with %s: %s".formatted(below.info(), TlsText.reason(e, allElseIsAgreed(e))));
    failure.initCause(e);
    return failure;
  }

  /** Returns whether a bare refusal can only be for want of a client's certificate. */
  private boolean allElseIsAgreed(SSLException e) {
    return engine.getUseClientMode()
        ? input.hasCarriedHandshake()
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
          if (isDoneButForTickets()) {
            return;
          }
          encrypt();
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> decrypt(readBy);
        case FINISHED, NOT_HANDSHAKING -> {
          output.flushIfPeerIsThere();
          requireName();
          return;
        }
      }
    }
  }

  /**
   * Checks that the server's certificate has the name that is meant. The trust manager has done so
   * already, unless the application has an {@code SSLContext} of its own, or a session is resumed.
   */
  private void requireName() throws SSLException {
    if (engine.getUseClientMode()) {
      ServerName.of(String.valueOf(engine.getPeerHost())).require(engine.getSession());
    }
  }

  /**
   * Returns whether only a server's session tickets are left to be sent (RFC 8446, section 4.6.1).
   * They wait for its first data: alone, they would come to clients that only write, and that do
   * not read them before they close. A handshake that has failed has an alert left to be sent.
   */
  private boolean isDoneButForTickets() {
    return !engine.getUseClientMode()
        && TlsVersion.TLS_1_3.isOf(engine.getSession())
        && engine.getHandshakeSession() == null
        && !engine.isInboundDone(); // as it is after a failure
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
    output.flushIfPeerIsThere(); // it waits for that
    SSLEngineResult result = input.decrypt();
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> input.fill(readBy);
      case CLOSED -> throw new SSLException("the peer ended the TLS handshake by close_notify");
      case OK, BUFFER_OVERFLOW -> requireLittlePlain();
    }
  }

  private void requireLittlePlain() throws SSLException {
    if (input.plainBytes() > MOST_PLAIN_BYTES) {
      throw new SSLException("the peer goes on sending data in place of a handshake");
    }
  }
}
