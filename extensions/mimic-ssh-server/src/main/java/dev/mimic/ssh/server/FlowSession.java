package dev.mimic.ssh.server;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import dev.mimic.TimeSource;
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
 * A flow as what carries a session of the library, which speaks of packets and futures. One thread
 * reads and handles what comes, another writes.
 */
final class FlowSession extends AbstractCloseable implements IoSession {
  private static final int BUFFER_BYTES = 32 * 1024;

  // How long a client may take to end its side, while what it still sends is read: unread, that
  // would turn the last bytes into a reset. And how long commands and tunnels may go on after it.
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final Flow flow;
  private final TimeSource time;
  private final IoHandler handler;
  private final FlowWrites writes;
  private final Workers workers = new Workers();
  private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
  private final FlowAddress local;
  private final FlowAddress remote;
  private volatile TimeSource.Timer lastCall = () -> {};

  FlowSession(Flow flow, TimeSource time, IoHandler handler) {
    super("flow");
    this.flow = flow;
    this.time = time;
    this.handler = handler;
    this.writes = new FlowWrites(flow);
    this.local = new FlowAddress(flow.info().local());
    this.remote = new FlowAddress(flow.info().remote());
  }

  Workers workers() {
    return workers;
  }

  TimeSource time() {
    return time;
  }

  /** Waits until commands may write. */
  void awaitRoom() throws InterruptedException {
    writes.awaitRoom();
  }

  /** Serves the client until one side ends it, and all that runs for it has ended. */
  void serve() throws Exception {
    Workers writer = new Workers();
    writer.start("writer", () -> writes.run(this::failed));
    try {
      handler.sessionCreated(this);
      read();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(true);
      workers.join(CLOSING);
      writer.join(CLOSING);
      lastCall.cancel();
      flow.close();
    }
  }

  private void read() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (flow.read(buffer.clear()) >= 0) {
        if (!isClosing()) {
          writes.awaitRoomForAnswers();
          handle(buffer.flip());
        }
      }
    } catch (PeerGoneException | ClosedChannelException e) {
      writes.fail(e); // the client is gone, or has had its time
    }
  }

  private void handle(ByteBuffer bytes) throws Exception {
    try {
      handler.messageReceived(this, Readable.readable(bytes));
    } catch (Exception e) { // what a client says may be anything
      handler.exceptionCaught(this, e);
    }
  }

  private void failed(Exception e) {
    if (e instanceof RuntimeException) { // of the flow itself; that a client is gone is no news
      log.warn("writing to {} failed", this, e);
    }
    close(true);
  }

  @Override
  public IoWriteFuture writeBuffer(Buffer buffer) {
    return writes.add(ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available()));
  }

  /** What was to be written still is, if the client takes it in time. */
  @Override
  protected void doCloseImmediately() {
    writes.end();
    lastCall =
        time.schedule(
            CLOSING,
            () -> Thread.ofVirtual().name("mimic-ssh-server last call").start(this::hangUp));
    super.doCloseImmediately();
    try {
      handler.sessionClosed(this);
    } catch (Exception e) { // as the library declares it
      log.debug("closing {} failed", this, e);
    }
  }

  private void hangUp() {
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

  /** Does nothing: only the library's own tunnels ask for that. */
  @Override
  public void suspendRead() {}

  /** Does nothing. */
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

  /** Returns nothing: no service of the library has made this. */
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
}
