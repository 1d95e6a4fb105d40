package dev.mimic.ssh.server;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A channel to another host, connected by a network of the server (RFC 4254, section 7.2). */
final class TunnelChannel extends ServedChannel {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  // The time for the other host to read the bytes that precede the client's close of the channel.
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);

  private final Network network;
  private final AtomicInteger directions = new AtomicInteger(2);
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile TimeSource.Timer drainTimer = () -> {};
  private volatile @Nullable Flow target;
  private volatile boolean sent;

  TunnelChannel(Network network) {
    this.network = network;
  }

  @Override
  protected OpenFuture doInit(Buffer buffer) {
    String host = buffer.getString();
    long port = buffer.getUInt();
    OpenFuture opening = new DefaultOpenFuture(this, this);
    flowSession().executor().start("tunnel", () -> connect(host, port, opening));
    return opening;
  }

  private void connect(String host, long port, OpenFuture opening) {
    Flow other;
    try {
      other =
          network.connect(at(host, port), Deadline.after(CONNECT_TIMEOUT, flowSession().time()));
    } catch (IOException | RuntimeException e) {
      opening.setException(
          new SshChannelOpenException(
              getChannelId(), SshConstants.SSH_OPEN_CONNECT_FAILED, String.valueOf(e), e));
      close(true);
      return;
    }
    target = other;
    if (isClosing()) {
      onClosing();
    }
    signalChannelOpenSuccess();
    opening.setOpened();
    flowSession().executor().start("tunnel", () -> send(other));
    receive(other);
  }

  private static HostPort at(String host, long port) throws ConnectException {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new ConnectException("invalid target: host \"%s\", port %d".formatted(host, port));
    }
    return new HostPort(host, (int) port);
  }

  /** Sends the client's bytes to the other host, including those before a close of the channel. */
  private void send(Flow to) {
    try {
      pass(input(), to.outputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      log.debug("{} to {} ended", this, to, e);
      close(false);
    } finally {
      sent = true;
      onClosing();
      ended(to);
    }
  }

  private void receive(Flow from) {
    try {
      pass(from.inputStream(), output());
      sendEof();
    } catch (IOException e) {
      log.debug("{} from {} ended", this, from, e);
      close(false); // SSH has no reset
    } finally {
      ended(from);
    }
  }

  private static void pass(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[32 * 1024];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
    }
  }

  private void ended(Flow other) {
    if (directions.decrementAndGet() == 0) {
      drainTimer.cancel();
      close(other);
      close(false);
    }
  }

  private void close(Flow other) {
    try {
      other.close();
    } catch (IOException e) {
      log.debug("closing {} failed", other, e);
    }
  }

  /** Ends the direction from the other host after all bytes are sent to it, or after a timeout. */
  @Override
  void onClosing() {
    Flow other = target;
    if (!isClosing() || other == null) {
      return;
    }
    if (sent) {
      closeLater(other);
    } else if (draining.compareAndSet(false, true)) {
      drainTimer = flowSession().time().schedule(DRAIN_TIMEOUT, () -> closeLater(other));
      if (directions.get() == 0) {
        drainTimer.cancel(); // both directions have ended in the meantime
      }
    }
  }

  private void closeLater(Flow other) {
    flowSession().executor().start("tunnel", () -> close(other));
  }
}
