package dev.mimic.tls;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeLimit;
import dev.mimic.flow.TimeSource;
import dev.mimic.flow.TimedWrite;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;

/**
 * A TLS connection over another flow (RFC 8446, and RFC 5246 for version 1.2). It follows the
 * contract of {@link Flow}, with these additions:
 *
 * <ul>
 *   <li>A flow that a server accepted performs its handshake at the first read or write, or by
 *       {@link #handshake}. A failed handshake closes the flow and throws an {@link
 *       SSLHandshakeException} with the reason. If the peer disconnects during the handshake, a
 *       {@link PeerGoneException} is thrown.
 *   <li>A stream that ends without close_notify (RFC 8446, section 6.1) and a record that was
 *       tampered with cause a {@link PeerGoneException}, never -1.
 *   <li>{@link #shutdownOutput} sends close_notify after the current write. In TLS 1.3 the peer may
 *       continue to send. In 1.2 it answers with its own close_notify and discards data that it has
 *       not sent by then (RFC 5246, section 7.2.1). Some providers cannot read after it. A read
 *       then fails, and does not return -1.
 *   <li>{@link #close} sends close_notify if no write is in progress. A client that has read
 *       nothing also waits about two round trips for the end of the server's stream, since unread
 *       session tickets would make the close a reset. This takes at most one second. Input that
 *       this flow has received but the application has not read does not cause a reset.
 *   <li>A server sends its session tickets with its first data.
 *   <li>After the handshake, {@link #info} has the attributes {@code version} and {@code cipher},
 *       and {@code alpn} if there is an {@link #applicationProtocol}, and {@link #find} finds the
 *       {@link SSLSession}.
 *   <li>In TLS 1.3 a server can refuse a client or its certificate after the client's handshake has
 *       completed. The next read then throws a {@link PeerGoneException} with the reason.
 *   <li>A server's request to renegotiate (TLS 1.2) is answered. A client's request is refused.
 * </ul>
 *
 * <p>Another flow can wrap this one, so obtain it by {@code flow.find(TlsFlow.class)}, not by
 * {@code instanceof}.
 */
public final class TlsFlow implements Flow {
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  static final int MAX_DRAIN_BYTES = 256 * 1024;
  private static final Duration MIN_DRAIN = Duration.ofMillis(10);

  private final Flow below;
  private final SSLEngine engine;
  private final TimeSource time;
  private final TlsInput input;
  private final TlsOutput output;
  private final TlsReader reader;
  private final Handshake handshake;

  // A thread that needs both locks takes the read lock first, and never waits for the read lock
  // while it holds the write lock. A reader waits for the write lock only to perform a handshake.
  private final InterruptibleLock reading = new InterruptibleLock(this);
  private final InterruptibleLock writing = new InterruptibleLock(this);

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Duration readTimeout = Duration.ZERO;
  private volatile Duration writeTimeout = Duration.ZERO;
  private volatile FlowInfo info;
  private volatile boolean handshakeBegun;
  private volatile Duration handshakeDuration = Duration.ZERO;
  private volatile boolean ready; // whether there is a session and no handshake is pending
  private volatile boolean inputShut;
  private volatile boolean outputShut;

  TlsFlow(Flow below, SSLEngine engine, TimeSource time, Duration handshakeTimeout) {
    this.below = below;
    this.engine = engine;
    this.time = time;
    this.input = new TlsInput(below, engine);
    this.output = new TlsOutput(below, engine);
    this.reader = new TlsReader(engine, input, output);
    this.handshake =
        new Handshake(below, engine, input, output, () -> Deadline.after(handshakeTimeout, time));
    this.info = below.info().under("tls");
  }

  /**
   * Performs the handshake if it has not been performed yet. Blocks until it is complete.
   *
   * @throws SSLHandshakeException if the handshake fails; the flow is then closed
   * @throws SocketTimeoutException if the handshake exceeds its time limit; the flow is then closed
   */
  public void handshake() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    ensureHandshaken(Optional.empty());
  }

  /** Performs the handshake by this deadline, before this flow is published. */
  void handshake(Deadline by) throws IOException {
    handshake.by(by);
    handshake();
  }

  /**
   * Returns the application protocol that the handshake has negotiated (ALPN, RFC 7301), such as
   * {@code h2}. Does not block. Can be called after the flow is closed.
   *
   * @return the name; empty if none was negotiated, or the handshake is not complete
   */
  public Optional<String> applicationProtocol() {
    return Optional.ofNullable(info.attributes().get("alpn"));
  }

  private void ensureHandshaken(Optional<Deadline> readBy) throws IOException {
    if (ready) {
      return;
    }
    lockReading(readBy);
    try {
      if (!ready) { // checked again, so that a reader does not wait for a writer without need
        writing.lock();
        try {
          performHandshake(readBy);
        } finally {
          writing.unlock();
        }
      }
    } catch (SSLHandshakeException e) {
      throw closed.get() ? failure(e) : e;
    } catch (IOException e) {
      throw failure(e);
    } finally {
      unlockReading();
    }
  }

  private void performHandshake(Optional<Deadline> readBy) throws IOException {
    handshakeBegun = true;
    long began = time.nanoTime();
    handshake.run(readBy);
    handshakeDuration = Duration.ofNanos(time.nanoTime() - began);
    info = infoOf(engine.getSession());
    ready = true;
    if (inputShut) {
      below.shutdownInput();
    }
  }

  private FlowInfo infoOf(SSLSession session) {
    FlowInfo agreed =
        below
            .info()
            .under("tls")
            .with("version", session.getProtocol())
            .with("cipher", session.getCipherSuite());
    String alpn = engine.getApplicationProtocol();
    return alpn == null || alpn.isEmpty() ? agreed : agreed.with("alpn", alpn);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("dst must not be read-only");
    }
    Optional<Deadline> by = readBy();
    while (true) {
      if (dst.hasRemaining() && !inputShut) {
        ensureHandshaken(by);
      }
      lockReading(by);
      try {
        int count = dst.hasRemaining() ? readSome(dst, by) : 0;
        if (count != TlsReader.HANDSHAKE_WANTED) {
          return count;
        }
      } catch (IOException e) {
        throw failure(e);
      } finally {
        unlockReading();
      }
    }
  }

  private void unlockReading() {
    input.releaseIdleBuffers();
    reading.unlock();
  }

  private Optional<Deadline> readBy() {
    Duration timeout = readTimeout;
    return timeout.isZero() ? Optional.empty() : Optional.of(Deadline.after(timeout, time));
  }

  private void lockReading(Optional<Deadline> by) throws IOException {
    if (by.isEmpty()) {
      reading.lock();
    } else {
      Duration left = by.get().remaining();
      if (!reading.tryLock(left.isZero() ? Duration.ofNanos(1) : left, time)) {
        throw new SocketTimeoutException(info + ": timed out while another read was in progress");
      }
    }
  }

  private int readSome(ByteBuffer dst, Optional<Deadline> by) throws IOException {
    if (inputShut) {
      return -1;
    }
    try {
      int count = reader.read(dst, by);
      if (count == TlsReader.HANDSHAKE_WANTED) {
        ready = false;
      }
      return count;
    } catch (PeerGoneException | SSLException e) {
      if (inputShut) {
        return -1; // shutdownInput ended a read that was blocked in the flow below
      }
      throw e;
    }
  }

  @Override
  public int available() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (inputShut || !ready || !reading.tryLock()) {
      return 0;
    }
    try {
      return reader.available();
    } catch (IOException e) {
      throw failure(e);
    } finally {
      unlockReading();
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return (int) write(new ByteBuffer[] {src}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    Duration timeout = writeTimeout;
    return timeout.isZero()
        ? writeAfterHandshake(srcs, offset, length)
        : TimedWrite.run(this, timeout, time, () -> writeAfterHandshake(srcs, offset, length));
  }

  private long writeAfterHandshake(ByteBuffer[] srcs, int offset, int length) throws IOException {
    long count = remaining(srcs, offset, length);
    while (true) {
      if (count > 0) {
        ensureHandshaken(Optional.empty());
      }
      writing.lock();
      try {
        if (outputShut) {
          throw new ClosedChannelException();
        }
        if (count == 0 || writeAll(srcs, offset, length)) {
          return count;
        }
      } catch (IOException e) {
        throw writeFailure(failure(e));
      } finally {
        writing.unlock();
      }
    }
  }

  private static long remaining(ByteBuffer[] srcs, int offset, int length) {
    long count = 0;
    for (int i = offset; i < offset + length; i++) {
      count += srcs[i].remaining();
    }
    return count;
  }

  /** Writes all bytes, or returns false if TLS 1.2 requires a handshake first. */
  private boolean writeAll(ByteBuffer[] srcs, int offset, int length) throws IOException {
    int end = offset + length;
    int next = offset;
    while (next < end) {
      if (!srcs[next].hasRemaining()) {
        next++;
        continue;
      }
      SSLEngineResult result = output.encrypt(srcs, next, end - next);
      if (result.getStatus() == Status.CLOSED) {
        throw new PeerGoneException(info + " was ended by the peer, and is closed both ways");
      }
      if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
        ready = false;
        output.flush();
        return false;
      }
    }
    output.flush();
    return true;
  }

  /** Returns the exception of a failed write, with the reason if the peer sent one. */
  private IOException writeFailure(IOException e) {
    if (!(e instanceof PeerGoneException) || !reading.tryLock()) {
      return e;
    }
    try {
      return reader
          .readRemaining(Deadline.after(CLOSE_TIMEOUT, time))
          .<IOException>map(said -> new PeerGoneException(goneMessage(said), e))
          .orElse(e);
    } catch (ClosedByInterruptException interrupt) {
      interrupt.addSuppressed(e);
      return interrupt;
    } finally {
      reading.unlock();
    }
  }

  /** Returns the exception of a failed read or write. */
  private IOException failure(IOException e) {
    if (e instanceof SocketTimeoutException || e instanceof ClosedByInterruptException) {
      return e;
    }
    // The flow was open when this thread got the lock. An interrupt of another thread closes only
    // the flow below.
    if (closed.get() || (e instanceof ClosedChannelException && !below.isOpen())) {
      return e instanceof AsynchronousCloseException
          ? e
          : (IOException) new AsynchronousCloseException().initCause(e);
    }
    if (e instanceof ClosedChannelException || e instanceof PeerGoneException) {
      return e;
    }
    return new PeerGoneException(goneMessage(e), e);
  }

  private String goneMessage(IOException reason) {
    return "%s is gone: %s".formatted(info, TlsMessages.reason(reason));
  }

  @Override
  public void shutdownInput() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    inputShut = true; // set first: a read that the next step wakes checks it
    if (ready) {
      below.shutdownInput();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    if (isOpen() && outputShut) {
      return;
    }
    ensureHandshaken(Optional.empty());
    writing.lock();
    try {
      if (!outputShut) {
        outputShut = true;
        output.end();
      }
    } catch (PeerGoneException e) {
      // The next read reports it.
    } catch (IOException e) {
      throw failure(e);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void readTimeout(Duration atMost) {
    readTimeout = TimeLimit.requireNotNegative(atMost);
  }

  @Override
  public void writeTimeout(Duration atMost) {
    writeTimeout = TimeLimit.requireNotNegative(atMost);
  }

  @Override
  public FlowInfo info() {
    return info;
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    if (type.isInstance(this)) {
      return Optional.of(type.cast(this));
    }
    if (SSLSession.class.isAssignableFrom(type)) { // never the session of a TLS flow below
      SSLSession session = engine.getSession();
      return ready && type.isInstance(session) ? Optional.of(type.cast(session)) : Optional.empty();
    }
    return below.find(type);
  }

  @Override
  public boolean isOpen() {
    return !closed.get() && below.isOpen();
  }

  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    boolean interrupted = Thread.interrupted(); // cleared, so that written bytes are delivered
    try {
      if (handshakeBegun && writing.tryLock()) {
        try {
          closeGracefully();
        } finally {
          writing.unlock();
        }
      }
    } finally {
      try {
        below.close();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void closeGracefully() {
    Deadline by = Deadline.after(CLOSE_TIMEOUT, time);
    try {
      by.guard(
          below,
          flow -> {
            endOutput();
            drain();
            return flow;
          });
    } catch (IOException | RuntimeException e) {
      // The peer is gone, does not read, or sends too much. The close is then not graceful.
    }
  }

  private void endOutput() throws IOException {
    if (!outputShut) {
      output.end();
    }
    below.shutdownOutput();
  }

  /**
   * Waits for the end of the peer's stream while a server's session tickets (RFC 8446, section
   * 4.6.1) can still arrive, since unread tickets would make the close a reset and lose the last
   * bytes. They arrive before the server's first data and within one round trip after the
   * handshake, which itself takes at least one.
   */
  private void drain() throws IOException {
    if (engine.getUseClientMode() && reading.tryLock()) {
      try {
        if (!input.hasReceivedData() && TlsVersion.TLS_1_3.isOf(engine.getSession())) {
          Duration wait = handshakeDuration.multipliedBy(2).plus(MIN_DRAIN);
          input.drain(Deadline.after(wait, time), MAX_DRAIN_BYTES);
        }
      } finally {
        reading.unlock();
      }
    }
  }

  /** Closes {@code closeable} and suppresses its failure onto {@code failure}. */
  static void closeOnto(Throwable failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Returns {@link #info}, such as {@code tls(tcp(127.0.0.1:4343))}. */
  @Override
  public String toString() {
    return info.toString();
  }
}
