package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeLimit;
import dev.mimic.flow.TimeSource;
import dev.mimic.flow.TimedWrite;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/**
 * A flow over an SSH channel.
 *
 * <p>The flow is the near end of a pipe, since JSch supports neither interrupts nor closing during
 * its waits, and no timeouts on its streams. At the far end, the thread of JSch writes received
 * bytes, and a {@link ChannelSender} reads the bytes to send.
 *
 * <p>State: {@code exit} completes when the channel has ended, and wakes a read that waits for the
 * status of a command. {@code closeSignal} fails when the flow is closed, and wakes it too. {@code
 * ended} opens when a closed flow is completely done. {@link #close} starts a closing thread, which
 * waits for the sender.
 */
final class SshFlow implements Flow {
  // The time that a closed flow waits for its server to accept a byte, or to end.
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  // The time that a closed flow continues to send to a server that accepts bytes slowly.
  private static final Duration MAX_LINGER = Duration.ofMinutes(1);

  private final Channel channel;
  private final ReceiveWindow receiveWindow;
  private final boolean isCommand;
  private final FlowInfo info;
  private final String description;
  private final SshConnection connection;
  private final TimeSource time;
  private final FlowPipe.End near;
  private final FlowPipe.End far;
  private final ChannelSender sender;
  private final StandardError standardError;
  private final CompletableFuture<SshExit> exit = new CompletableFuture<>();
  private final CompletableFuture<SshExit> closeSignal = new CompletableFuture<>();
  private volatile Duration readTimeout = Duration.ZERO;
  private volatile Duration writeTimeout = Duration.ZERO;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Owner owner;
  private volatile boolean awaitsPeer;
  private volatile boolean wrote;
  private volatile boolean inputShutDown;
  private volatile boolean endIsClean;
  private volatile boolean outputEnded; // by the server

  SshFlow(Channel channel, FlowInfo info, String description, SshConnection connection) {
    this.channel = channel;
    this.receiveWindow = new ReceiveWindow(channel);
    this.isCommand = channel instanceof ChannelExec;
    this.info = info;
    this.description = description;
    this.connection = connection;
    this.time = connection.time();
    FlowPipe pipe =
        FlowPipe.builder().capacity(ReceiveWindow.BYTES).timeSource(time).info(info, info).build();
    this.near = pipe.near();
    this.far = pipe.far();
    this.sender = new ChannelSender(channel, far);
    channel.setOutputStream(new Received());
    this.standardError =
        new StandardError(receiveWindow, connection.client().standardError(), this::channelClosed);
    channel.setExtOutputStream(standardError);
  }

  /** The owner of the channel's connection. */
  interface Owner {
    /**
     * Called when a flow has been closed and has sent its data.
     *
     * @param graceful false if the flow could not send its data
     */
    void ended(boolean graceful) throws IOException;
  }

  /**
   * Sets the owner, which is notified of the end.
   *
   * @param awaitsPeer whether a closed flow that has written waits for the server to end its side.
   *     A server discards bytes that it has not yet relayed when its connection ends.
   */
  void setOwner(Owner owner, boolean awaitsPeer) {
    this.awaitsPeer = awaitsPeer;
    this.owner = owner;
  }

  /** Starts to send. The channel is open. */
  void startSender() {
    sender.start();
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      int count = near.read(dst);
      if (count > 0) {
        receiveWindow.read(count);
      }
      if (count < 0 && !inputShutDown && !endIsClean) {
        checkExit();
        endIsClean = true;
      }
      return count;
    } catch (ClosedByInterruptException e) {
      close();
      throw e;
    } catch (PeerGoneException e) {
      return endOfOutput(e);
    }
  }

  /** Returns -1 if the command has ended, since its refusal of input is no failure of a read. */
  private int endOfOutput(PeerGoneException e) throws IOException {
    if (!isCommand || !exit.isDone() || exit.join().isLost()) {
      throw gone(e);
    }
    checkExit();
    endIsClean = true;
    return -1;
  }

  @Override
  public int available() throws IOException {
    return near.available();
  }

  /** Throws if the output ended because of a failure. */
  private void checkExit() throws IOException {
    if (!isCommand) {
      return; // the other direction can continue
    }
    SshExit result = awaitExit();
    if (result.isLost()) {
      throw gone(new PeerGoneException(info + " was lost"));
    }
    if (result.isFailure()) {
      throw exitException(result);
    }
  }

  private SshExitException exitException(SshExit result) {
    return new SshExitException(
        "%s %s%s".formatted(description, result, standardError.suffix()),
        result.status(),
        result.signal());
  }

  /** Waits with the read timeout, since a command can close its output before it ends. */
  private SshExit awaitExit() throws IOException {
    CompletableFuture<SshExit> known = exit.applyToEither(closeSignal, result -> result);
    Duration atMost = readTimeout;
    Optional<TimeSource.Timer> timer =
        atMost.isZero()
            ? Optional.empty()
            : Optional.of(
                time.schedule(atMost, () -> known.completeExceptionally(timeout(atMost))));
    try {
      return known.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SocketTimeoutException timeout) {
        throw timeout;
      }
      throw new AsynchronousCloseException(); // closeSignal is the only other failure
    } finally {
      timer.ifPresent(TimeSource.Timer::cancel);
    }
  }

  private SocketTimeoutException timeout(Duration atMost) {
    return new SocketTimeoutException(
        "%s has closed its output, but has not ended within %d ms"
            .formatted(description, atMost.toMillis()));
  }

  /**
   * Returns the exception of a read or write whose peer is gone, with the reason if it is known.
   */
  private PeerGoneException gone(PeerGoneException e) {
    if (!exit.isDone()) {
      return e;
    }
    SshExit result = exit.join();
    String reason =
        result.isLost()
            ? "was lost: " + result.lost().map(Throwable::getMessage).orElse("")
            : result + standardError.suffix();
    return new PeerGoneException("%s %s".formatted(description, reason), e);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return (int) write(new ByteBuffer[] {src}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Duration timeout = writeTimeout;
    return timeout.isZero()
        ? writeAll(srcs, offset, length)
        : TimedWrite.run(this, timeout, time, () -> writeAll(srcs, offset, length));
  }

  private long writeAll(ByteBuffer[] srcs, int offset, int length) throws IOException {
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
    inputShutDown = true;
    receiveWindow.discardAll();
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
  public void writeTimeout(Duration atMost) {
    writeTimeout = TimeLimit.requireNotNegative(atMost);
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
   * {@inheritDoc} Bytes that the server still sends are discarded, since SSH has no reset.
   *
   * <p>Does not block. A non-daemon thread sends the written bytes, so that the JVM waits for it.
   * It stops if the server accepts no byte for two seconds, and after a minute in any case.
   */
  @Override
  public void close() throws IOException {
    boolean first = closed.compareAndSet(false, true);
    closeNear(); // by every caller, so that the flow is closed when any call returns
    if (first) {
      receiveWindow.discardAll();
      Thread.ofPlatform().daemon(false).name("mimic ssh closing").start(this::finish);
    }
  }

  private void finish() {
    boolean allSent = false;
    try {
      allSent = sender.await(CLOSE_TIMEOUT, MAX_LINGER);
      if (awaitsPeer && wrote && allSent) {
        awaitExit(CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(allSent);
    }
  }

  /** Ends the channel and notifies the owner. A channel that is stuck is ended after its owner. */
  private void end(boolean graceful) {
    sender.abandon();
    Owner current = owner;
    try {
      if (graceful) {
        disconnect();
      }
      if (current != null) {
        current.ended(graceful);
      }
    } catch (IOException e) {
      // The caller of close has already returned.
    } finally {
      if (!graceful) {
        disconnect(); // after the connection was aborted, which releases the locks of JSch
      }
      far.close();
      connection.ended(this);
      ended.countDown();
    }
  }

  /** Closes the channel in another thread, since the sender of another channel may hold locks. */
  private void disconnect() {
    Thread disconnecting = Thread.ofVirtual().name("mimic ssh closing").start(channel::disconnect);
    try {
      boolean unused = disconnecting.join(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a flow that is not closed, because its connection is. Its reads and writes fail. */
  void abort() {
    if (!closed.get()) {
      Thread.ofVirtual().name("mimic ssh closing").start(channel::disconnect);
    }
  }

  /** Waits for a limited time until a closed flow is completely done. */
  void awaitClosed() {
    try {
      boolean unused =
          !closed.get()
              || ended.await(MAX_LINGER.plus(CLOSE_TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitExit(Duration atMost) throws InterruptedException {
    try {
      SshExit unused = exit.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The command is still running, although it had time to read its input.
    }
  }

  /** Closes the near end and wakes blocked threads. Written bytes stay available to the sender. */
  private void closeNear() {
    closeSignal.completeExceptionally(new AsynchronousCloseException());
    try {
      near.shutdownOutput();
    } catch (IOException e) {
      // An interrupt has closed the near end.
    }
    near.close();
  }

  /** Returns {@link #info}, such as {@code ssh(tcp(192.0.2.1:22))}. */
  @Override
  public String toString() {
    return info.toString();
  }

  /** The receiver of a command's output, or of the bytes of a tunnel. JSch calls it. */
  private final class Received extends OutputStream {
    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      receiveWindow.received(length);
      if (closed.get() || inputShutDown) {
        return; // an exception would close the channel and lose bytes that are still to be sent
      }
      try {
        far.write(ByteBuffer.wrap(bytes, offset, length));
      } catch (IOException e) {
        if (!closed.get() && !inputShutDown) {
          throw e;
        }
      }
    }

    /** Ends the output. If the channel is closed too, {@link #channelClosed} does so. */
    @Override
    public void close() throws IOException {
      if (!channel.isClosed()) {
        outputEnded = true;
        far.shutdownOutput();
      }
    }
  }

  /** Completes the exit. JSch closes standard error exactly when the channel is closed. */
  private void channelClosed() throws IOException {
    SshExit result = SshExit.of(channel, outputEnded, connection.failure());
    exit.complete(result);
    if (!result.isLost() && far.isOpen()) {
      far.shutdownOutput();
    }
    far.reset();
  }
}
