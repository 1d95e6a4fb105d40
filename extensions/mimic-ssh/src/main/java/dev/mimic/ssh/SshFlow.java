package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A channel as a flow. Whoever uses it reads and writes one end of a pipe. At the other end the
 * library's thread writes what comes, and a thread of its own reads what is to go: the library's
 * waits know neither interrupts nor closes, and its streams no time-outs.
 */
final class SshFlow implements Flow {
  // One message: OpenSSH takes 32 KiB, with what the library puts around the bytes.
  private static final int CHUNK_BYTES = 32 * 1024 - 512;

  // How long a closed flow waits for its server to take a byte, or to end.
  private static final Duration CLOSING = Duration.ofSeconds(2);

  // How long a closed flow goes on sending to a server that takes what it is sent, but slowly.
  private static final Duration LINGERING = Duration.ofMinutes(1);

  private final Channel channel;
  private final RemoteWindow window;
  private final ReceiveWindow receiveWindow;
  private final boolean isCommand;
  private final FlowInfo info;
  private final String shown;
  private final SshConnection connection;
  private final TimeSource time;
  private final FlowPipe.End near;
  private final FlowPipe.End far;
  private final ErrorTail errors = new ErrorTail();
  private final CompletableFuture<SshEnding> ending = new CompletableFuture<>();
  private final CompletableFuture<SshEnding> noEnding = new CompletableFuture<>(); // fails at close
  private volatile Duration readTimeout = Duration.ZERO;
  private final CountDownLatch sent = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Owner owner;
  private volatile boolean lastWords;
  private volatile boolean abandoned;
  private volatile boolean errorsRefused;
  private volatile boolean wrote;
  private volatile boolean inputShut;
  private volatile boolean endIsClean;
  private volatile boolean outputEnded; // the server has said so

  SshFlow(Channel channel, FlowInfo info, String shown, SshConnection connection) {
    this.channel = channel;
    this.window = new RemoteWindow(channel);
    this.receiveWindow = new ReceiveWindow(channel);
    this.isCommand = channel instanceof ChannelExec;
    this.info = info;
    this.shown = shown;
    this.connection = connection;
    this.time = connection.time();
    FlowPipe pipe =
        FlowPipe.builder().capacity(ReceiveWindow.BYTES).timeSource(time).info(info, info).build();
    this.near = pipe.near();
    this.far = pipe.far();
    channel.setOutputStream(new Received());
    channel.setExtOutputStream(new ReceivedErrors());
  }

  /** Is told when a flow has been closed, and has sent what it had accepted. */
  interface Owner {
    /**
     * Takes notice.
     *
     * @param inOrder false if the flow is stuck
     */
    void ended(boolean inOrder) throws IOException;
  }

  /**
   * Sets whom to tell of the end.
   *
   * @param lastWords whether to wait for the server to end its side, if something was written: a
   *     server whose connection ends drops what it has not passed on yet
   */
  void belongsTo(Owner owner, boolean lastWords) {
    this.lastWords = lastWords;
    this.owner = owner;
  }

  /**
   * Begins to send; the channel is open. By a thread of the platform: the library holds monitors
   * while it waits.
   */
  void begin() {
    Thread.ofPlatform().daemon().name("mimic ssh sender").start(this::send);
  }

  private void send() {
    InputStream from = far.inputStream();
    try {
      OutputStream to = channel.getOutputStream();
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        send(chunk, count, to);
      }
      to.close(); // sends the end, and closes nothing
    } catch (IOException | InterruptedException e) {
      // The channel is closed, at this end or at the other, which the ending tells.
    } finally {
      sent.countDown();
    }
  }

  /** Sends as there is room for it; gives up if the channel ends, or the flow's close waits. */
  private void send(byte[] chunk, int count, OutputStream to)
      throws IOException, InterruptedException {
    for (int at = 0; at < count; ) {
      int room = window.await(count - at);
      if (room > 0) {
        to.write(chunk, at, room);
        to.flush();
        at += room;
        bytesSent.addAndGet(room);
      } else if (abandoned || !channel.isConnected()) {
        throw new IOException("there is no more room, and nobody to wait for it");
      }
    }
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      int count = near.read(dst);
      if (count > 0) {
        receiveWindow.read(count);
      }
      if (count < 0 && !inputShut && !endIsClean) {
        checkEnding();
        endIsClean = true;
      }
      return count;
    } catch (ClosedByInterruptException e) {
      close();
      throw e;
    } catch (PeerGoneException e) {
      return endOf(e);
    }
  }

  /** Returns -1 for a command that is done: that it took no more input is no failure of a read. */
  private int endOf(PeerGoneException e) throws IOException {
    if (!isCommand || !ending.isDone() || ending.join().isLost()) {
      throw gone(e);
    }
    checkEnding();
    endIsClean = true;
    return -1;
  }

  @Override
  public int available() throws IOException {
    return near.available();
  }

  /** Throws what there is to say about the end of the output, if that is not all. */
  private void checkEnding() throws IOException {
    if (!isCommand) {
      return; // the other direction may go on
    }
    SshEnding how = awaitEnding();
    if (how.isLost()) {
      throw gone(new PeerGoneException(info + " was lost"));
    }
    if (how.isFailure()) {
      throw exit(how);
    }
  }

  private SshExitException exit(SshEnding how) {
    return new SshExitException(
        "%s %s%s".formatted(shown, how, errors.afterColon()), how.status(), how.signal());
  }

  /** Waits as long as a read does: a command may close its output before it ends. */
  private SshEnding awaitEnding() throws IOException {
    CompletableFuture<SshEnding> known = ending.applyToEither(noEnding, how -> how);
    Duration atMost = readTimeout;
    Optional<TimeSource.Timer> timer =
        atMost.isZero()
            ? Optional.empty()
            : Optional.of(time.schedule(atMost, () -> known.completeExceptionally(late(atMost))));
    try {
      return known.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SocketTimeoutException late) {
        throw late;
      }
      throw new AsynchronousCloseException(); // the only other way it fails
    } finally {
      timer.ifPresent(TimeSource.Timer::cancel);
    }
  }

  private SocketTimeoutException late(Duration atMost) {
    return new SocketTimeoutException(
        "%s has closed its output, but has not ended within %d ms"
            .formatted(shown, atMost.toMillis()));
  }

  /**
   * Returns what a read or a write throws when the other side is gone, with what is known of it.
   */
  private PeerGoneException gone(PeerGoneException e) {
    if (!ending.isDone()) {
      return e;
    }
    SshEnding how = ending.join();
    String reason =
        how.isLost()
            ? "was lost: " + how.lost().map(Throwable::getMessage).orElse("")
            : how + errors.afterColon();
    return new PeerGoneException("%s %s".formatted(shown, reason), e);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return (int) write(new ByteBuffer[] {src}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    try {
      wrote = true;
      return near.write(srcs, offset, length);
    } catch (ClosedByInterruptException e) {
      close();
      throw e;
    } catch (PeerGoneException e) {
      throw gone(e);
    }
  }

  @Override
  public void shutdownInput() throws IOException {
    near.shutdownInput();
    inputShut = true;
    receiveWindow.dropAll();
  }

  @Override
  public void shutdownOutput() throws IOException {
    near.shutdownOutput();
  }

  @Override
  public void readTimeout(Duration atMost) {
    near.readTimeout(atMost);
    readTimeout = atMost;
  }

  @Override
  public FlowInfo info() {
    return info;
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : connection.find(type);
  }

  @Override
  public boolean isOpen() {
    return near.isOpen();
  }

  /**
   * {@inheritDoc} What the server still sends is dropped: SSH knows no reset.
   *
   * <p>Waits for nothing. What was written is sent by a thread of its own, which the end of the JVM
   * waits for: as long as the server takes bytes, for two seconds each and a minute in all.
   */
  @Override
  public void close() throws IOException {
    boolean first = closed.compareAndSet(false, true);
    endNear(); // by every caller, so that none returns before the flow is closed for it
    if (first) {
      receiveWindow.dropAll();
      Thread.ofPlatform().daemon(false).name("mimic ssh closing").start(this::linger);
    }
  }

  private void linger() {
    boolean allSent = false;
    try {
      allSent = awaitSent();
      if (lastWords && wrote && allSent) {
        awaitEnding(CLOSING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(allSent);
    }
  }

  private boolean awaitSent() throws InterruptedException {
    long end = System.nanoTime() + LINGERING.toNanos();
    long before;
    do {
      before = bytesSent.get();
      if (sent.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } while (bytesSent.get() > before && System.nanoTime() - end < 0);
    return false;
  }

  /** Ends the channel, and lets its connection go; where it is stuck, without a word. */
  private void end(boolean inOrder) {
    abandoned = true;
    Owner told = owner;
    try {
      if (inOrder) {
        disconnect();
      }
      if (told != null) {
        told.ended(inOrder);
      }
    } catch (IOException e) {
      // Who closed the flow does not wait for this.
    } finally {
      if (!inOrder) {
        disconnect(); // only now: the library's locks are free when the connection is gone
      }
      far.close();
      connection.ended(this);
      ended.countDown();
    }
  }

  /** Elsewhere: the library waits for its locks, which another channel's sender may hold. */
  private void disconnect() {
    Thread disconnecting = Thread.ofVirtual().name("mimic ssh closing").start(channel::disconnect);
    try {
      boolean unused = disconnecting.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it where it is not closed, as its connection is: reads and writes fail. */
  void lose() {
    if (!closed.get()) {
      Thread.ofVirtual().name("mimic ssh closing").start(channel::disconnect);
    }
  }

  /** Waits, for a limited time, until it has ended if it was closed. */
  void awaitEnd() {
    try {
      boolean unused =
          !closed.get() || ended.await(LINGERING.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnding(Duration atMost) throws InterruptedException {
    try {
      SshEnding unused = ending.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The command runs on: it has had its time to read.
    }
  }

  /** Wakes whoever waits; what was written stays there to be sent. */
  private void endNear() {
    noEnding.completeExceptionally(new AsynchronousCloseException());
    try {
      near.shutdownOutput();
    } catch (IOException e) {
      // An interrupt has closed it.
    }
    near.close();
  }

  /** Returns {@link #info}, such as {@code ssh(tcp(192.0.2.1:22))}. */
  @Override
  public String toString() {
    return info.toString();
  }

  /** The command's output, or what comes through a tunnel, from a thread of the library. */
  private final class Received extends OutputStream {
    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      receiveWindow.received(length);
      if (closed.get() || inputShut) {
        return; // a failure would close the channel, and lose what is still to be sent
      }
      try {
        far.write(ByteBuffer.wrap(bytes, offset, length));
      } catch (IOException e) {
        if (!closed.get() && !inputShut) {
          throw e;
        }
      }
    }

    /** The server has ended its output, if the channel still stands; else it has ended as well. */
    @Override
    public void close() throws IOException {
      if (!channel.isClosed()) {
        outputEnded = true;
        far.shutdownOutput();
      }
    }
  }

  /** The command's standard error. It is closed when the channel is, and only then. */
  private final class ReceivedErrors extends OutputStream {
    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      receiveWindow.received(length);
      errors.add(bytes, offset, length);
      Optional<OutputStream> to = connection.client().standardError();
      if (to.isPresent() && !errorsRefused) {
        try {
          to.get().write(bytes, offset, length);
          to.get().flush();
        } catch (IOException | RuntimeException e) {
          errorsRefused = true; // theirs alone to know; it must not end the connection
        }
      }
      receiveWindow.read(length);
    }

    @Override
    public void close() throws IOException {
      SshEnding how = SshEnding.of(channel, outputEnded, connection.failure());
      ending.complete(how);
      if (!how.isLost() && far.isOpen()) {
        far.shutdownOutput();
      }
      far.reset();
    }
  }
}
