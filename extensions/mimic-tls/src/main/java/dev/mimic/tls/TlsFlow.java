package dev.mimic.tls;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import dev.mimic.InterruptibleLock;
import dev.mimic.PeerGoneException;
import dev.mimic.TimeSource;
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
 * TLS over a flow (RFC 8446, and RFC 5246 for version 1.2). What is special to it:
 *
 * <ul>
 *   <li>A flow that a server accepted shakes hands at its first read or write, or by {@link
 *       #handshake}. If that fails, the flow is closed, and the failure is an {@link
 *       SSLHandshakeException} that says why; a peer that goes away meanwhile is gone, as ever.
 *   <li>A stream that ends without close_notify (RFC 8446, section 6.1), and a record that was
 *       tampered with, are a {@link PeerGoneException}, never -1.
 *   <li>{@link #shutdownOutput} sends close_notify, after the write that is under way. In TLS 1.3
 *       the peer may go on sending. In 1.2 it answers with its own, so that what it has not sent by
 *       then is lost (RFC 5246, section 7.2.1). Some providers cannot read after it at all; reading
 *       then fails, and is no end.
 *   <li>{@link #close} sends close_notify if no write is under way. A client that has read nothing
 *       yet also waits about two round trips for the server's end, since unread session tickets
 *       would make the close a reset. All that takes a second at most. Input that this flow has
 *       taken from below, and that nobody has read, does not make it a reset.
 *   <li>A server's session tickets go out with its first data.
 *   <li>{@link #info} has the attributes {@code version} and {@code cipher}, and {@code alpn} if
 *       that was agreed, once hands are shaken; {@link #find} then finds the {@link SSLSession}.
 *   <li>In TLS 1.3 a server may refuse a client, or its certificate, when the client has shaken
 *       hands: then the next read says why, by a {@link PeerGoneException}.
 *   <li>A server that asks to renegotiate (TLS 1.2) is answered; a client that does is refused.
 * </ul>
 */
public final class TlsFlow implements Flow {
  static final Duration CLOSING = Duration.ofSeconds(1);
  static final int DRAINED_BYTES = 256 * 1024;
  private static final Duration LEAST_DRAIN = Duration.ofMillis(10);

  private final Flow below;
  private final SSLEngine engine;
  private final TimeSource time;
  private final TlsInput input;
  private final TlsOutput output;
  private final TlsReader reader;
  private final Handshake handshake;

  // A thread that needs both acquires the lock of reading first. No thread waits for that lock
  // while it holds the other, and no reader waits for the lock of writing except to perform a
  // handshake.
  private final InterruptibleLock reading = new InterruptibleLock(this);
  private final InterruptibleLock writing = new InterruptibleLock(this);

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Duration readTimeout = Duration.ZERO;
  private volatile FlowInfo info;
  private volatile boolean begun;
  private volatile Duration handshakeTook = Duration.ZERO;
  private volatile boolean ready; // whether there is a session, and no handshake is wanted
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
   * Shakes hands, if that is not done yet.
   *
   * @throws SSLHandshakeException if the two sides do not agree; the flow is then closed
   * @throws SocketTimeoutException if it is not done within its limit; the flow is then closed
   */
  public void handshake() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    makeReady(Optional.empty());
  }

  /** Shakes hands by this deadline, before this flow is handed to anybody. */
  void handshake(Deadline by) throws IOException {
    handshake.by(by);
    handshake();
  }

  private void makeReady(Optional<Deadline> readBy) throws IOException {
    if (ready) {
      return;
    }
    takeReadingTurn(readBy);
    try {
      if (!ready) { // nobody did it while this waited; else a writer may have its turn for long
        writing.lock();
        try {
          shakeHands(readBy);
        } finally {
          writing.unlock();
        }
      }
    } catch (SSLHandshakeException e) {
      throw closed.get() ? failure(e) : e;
    } catch (IOException e) {
      throw failure(e);
    } finally {
      giveReadingTurn();
    }
  }

  private void shakeHands(Optional<Deadline> readBy) throws IOException {
    begun = true;
    long began = time.nanoTime();
    handshake.run(readBy);
    handshakeTook = Duration.ofNanos(time.nanoTime() - began);
    info = described(engine.getSession());
    ready = true;
    if (inputShut) {
      below.shutdownInput();
    }
  }

  private FlowInfo described(SSLSession session) {
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
        makeReady(by);
      }
      takeReadingTurn(by);
      try {
        int count = dst.hasRemaining() ? readSome(dst, by) : 0;
        if (count != TlsReader.HANDSHAKE_WANTED) {
          return count;
        }
      } catch (IOException e) {
        throw failure(e);
      } finally {
        giveReadingTurn();
      }
    }
  }

  private void giveReadingTurn() {
    input.rest();
    reading.unlock();
  }

  private Optional<Deadline> readBy() {
    Duration timeout = readTimeout;
    return timeout.isZero() ? Optional.empty() : Optional.of(Deadline.after(timeout, time));
  }

  private void takeReadingTurn(Optional<Deadline> by) throws IOException {
    if (by.isEmpty()) {
      reading.lock();
    } else {
      Duration left = by.get().remaining();
      if (!reading.tryLock(left.isZero() ? Duration.ofNanos(1) : left, time)) {
        throw new SocketTimeoutException(info + ": other reads came first, all the time");
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
        return -1; // which is how a read that waits below ends now
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
      giveReadingTurn();
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return (int) write(new ByteBuffer[] {src}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    long count = remaining(srcs, offset, length);
    while (true) {
      if (count > 0) {
        makeReady(Optional.empty());
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

  /** Writes all; or returns false if a handshake is wanted first, which is only so in TLS 1.2. */
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

  /** Returns what a failed write throws: a peer that is gone may have said why. */
  private IOException writeFailure(IOException e) {
    if (!(e instanceof PeerGoneException) || !reading.tryLock()) {
      return e;
    }
    try {
      return reader
          .hearTheLast(Deadline.after(CLOSING, time))
          .<IOException>map(said -> new PeerGoneException(goneBy(said), e))
          .orElse(e);
    } catch (ClosedByInterruptException interrupt) {
      interrupt.addSuppressed(e);
      return interrupt;
    } finally {
      reading.unlock();
    }
  }

  /** Returns what a failed read or write throws. */
  private IOException failure(IOException e) {
    if (e instanceof SocketTimeoutException || e instanceof ClosedByInterruptException) {
      return e;
    }
    // It was open when the turn began. An interrupt of another thread closes what is below alone.
    if (closed.get() || (e instanceof ClosedChannelException && !below.isOpen())) {
      return e instanceof AsynchronousCloseException
          ? e
          : (IOException) new AsynchronousCloseException().initCause(e);
    }
    if (e instanceof ClosedChannelException || e instanceof PeerGoneException) {
      return e;
    }
    return new PeerGoneException(goneBy(e), e);
  }

  private String goneBy(IOException reason) {
    return "%s is gone: %s".formatted(info, TlsText.reason(reason));
  }

  @Override
  public void shutdownInput() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    inputShut = true; // first: it is why a read that waits ends now
    if (ready) {
      below.shutdownInput();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    if (isOpen() && outputShut) {
      return;
    }
    makeReady(Optional.empty());
    writing.lock();
    try {
      if (!outputShut) {
        outputShut = true;
        output.end();
      }
    } catch (PeerGoneException e) {
      // The next read tells.
    } catch (IOException e) {
      throw failure(e);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void readTimeout(Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException("atMost (%s) must not be negative".formatted(atMost));
    }
    readTimeout = atMost;
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
    if (SSLSession.class.isAssignableFrom(type)) { // never that of TLS below
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
    boolean interrupted = Thread.interrupted(); // what was written is delivered all the same
    try {
      if (begun && writing.tryLock()) {
        try {
          sayGoodbye();
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

  private void sayGoodbye() {
    Deadline by = Deadline.after(CLOSING, time);
    try {
      by.bound(
          below,
          flow -> {
            endOutput();
            drain();
            return flow;
          });
    } catch (IOException | RuntimeException e) {
      // The peer is gone, or does not read, or sends too much: then it is not told, or loses some.
    }
  }

  private void endOutput() throws IOException {
    if (!outputShut) {
      output.end();
    }
    below.shutdownOutput();
  }

  /**
   * Waits for the peer's end where a server's session tickets (RFC 8446, section 4.6.1) may still
   * come: unread, they would turn the last bytes into a reset. They come before its first data, and
   * within a round trip of the handshake's end, of which a handshake takes one or more.
   */
  private void drain() throws IOException {
    if (engine.getUseClientMode() && reading.tryLock()) {
      try {
        if (!input.hasCarriedData() && TlsVersion.TLS_1_3.isOf(engine.getSession())) {
          Duration wait = handshakeTook.multipliedBy(2).plus(LEAST_DRAIN);
          input.drain(Deadline.after(wait, time), DRAINED_BYTES);
        }
      } finally {
        reading.unlock();
      }
    }
  }

  /** Returns {@link #info}, such as {@code tls(tcp(127.0.0.1:4343))}. */
  @Override
  public String toString() {
    return info.toString();
  }
}
