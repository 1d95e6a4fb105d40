package dev.mimic.ssh.server;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/**
 * A session of MINA SSHD over a flow. One thread reads and handles the input, and another thread
 * writes.
 */
final class FlowSession extends AbstractCloseable implements IoSession {
  private static final int BUFFER_BYTES = 32 * 1024;

  // The time limit for the client to close its side, during which its input is read: closing with
  // unread input would reset the flow. Commands and tunnels have the same time to end.
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final Flow flow;
  private final TimeSource time;
  private final IoHandler handler;
  private final FlowWrites writes;
  private final VirtualThreadExecutor executor = new VirtualThreadExecutor();
  private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
  private final FlowAddress local;
  private final FlowAddress remote;
  private volatile TimeSource.Timer closeTimer = () -> {};

  FlowSession(Flow flow, TimeSource time, IoHandler handler) {
    super("flow");
    this.flow = flow;
    this.time = time;
    this.handler = handler;
    this.writes = new FlowWrites(flow);
    this.local = new FlowAddress(flow.info().local());
    this.remote = new FlowAddress(flow.info().remote());
  }

  VirtualThreadExecutor executor() {
    return executor;
  }

  TimeSource time() {
    return time;
  }

  /** Waits until commands can write. */
  void awaitRoom() throws InterruptedException {
    writes.awaitRoom();
  }

  /** Serves the client until one side ends the session and all its threads have ended. */
  void serve() throws Exception {
    VirtualThreadExecutor writer = new VirtualThreadExecutor();
    writer.start("writer", () -> writes.run(this::failed));
    try {
      handler.sessionCreated(this);
      read();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(true);
      executor.join(CLOSE_TIMEOUT);
      writer.join(CLOSE_TIMEOUT);
      closeTimer.cancel();
      flow.close();
    }
  }

  private void read() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (flow.read(buffer.clear()) >= 0) {
        if (!isClosing()) {
          writes.awaitRoomForResponses();
          handle(buffer.flip());
        }
      }
    } catch (PeerGoneException | ClosedChannelException e) {
      writes.fail(e); // the client is gone, or the close timed out
    }
  }

  private void handle(ByteBuffer bytes) throws Exception {
    try {
      handler.messageReceived(this, Readable.readable(bytes));
    } catch (Exception e) { // the input can be malformed in any way
      handler.exceptionCaught(this, e);
    }
  }

  private void failed(Exception e) {
    if (e instanceof RuntimeException) { // a fault of the flow; disconnected clients are normal
      log.warn("writing to {} failed", this, e);
    }
    close(true);
  }

  @Override
  public IoWriteFuture writeBuffer(Buffer buffer) {
    return writes.add(ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available()));
  }

  /** Ends the session. Queued bytes are still written if the client reads them in time. */
  @Override
  protected void doCloseImmediately() {
    writes.end();
    closeTimer =
        time.schedule(
            CLOSE_TIMEOUT,
            () -> Thread.ofVirtual().name("mimic-ssh-server close").start(this::closeFlow));
    super.doCloseImmediately();
    try {
      handler.sessionClosed(this);
    } catch (Exception e) { // declared by MINA
      log.debug("closing {} failed", this, e);
    }
  }

  private void closeFlow() {
    try {
      flow.close();
    } catch (IOException e) {
      log.debug("closing {} failed", flow, e);
    }
  }

  @Override
  public void shutdownOutputStream() {
    writes.end();
  }

  /** Does nothing: only MINA's own tunnels call this method. */
  @Override
  public void suspendRead() {}

  /** Does nothing: only MINA's own tunnels call this method. */
  @Override
  public void resumeRead() {}

  @Override
  public long getId() {
    return id;
  }

  @Override
  public SocketAddress getLocalAddress() {
    return local;
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return remote;
  }

  @Override
  public SocketAddress getAcceptanceAddress() {
    return local;
  }

  /** Returns null: no service of MINA has created this session. */
  @Override
  public @Nullable IoService getService() {
    return null;
  }

  @Override
  public @Nullable Object getAttribute(Object key) {
    return attributes.get(key);
  }

  @Override
  public @Nullable Object setAttribute(Object key, Object value) {
    return attributes.put(key, value);
  }

  @Override
  public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
    return attributes.putIfAbsent(key, value);
  }

  @Override
  public @Nullable Object removeAttribute(Object key) {
    return attributes.remove(key);
  }

  @Override
  public String toString() {
    return flow.info().toString();
  }

  /** The address of one end of a flow, as text. */
  private static final class FlowAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    private final String text;

    FlowAddress(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
