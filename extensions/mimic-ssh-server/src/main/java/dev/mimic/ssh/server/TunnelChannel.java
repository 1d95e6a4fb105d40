package dev.mimic.ssh.server;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.TimeSource;
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

/** A connection to another host, by a network of the server's (RFC 4254, section 7.2). */
final class TunnelChannel extends ServedChannel {
  private static final Duration CONNECTING = Duration.ofSeconds(30);

  // How long the other host may take what was sent before the client closed the channel.
  private static final Duration DRAINING = Duration.ofSeconds(30);

  private final Network network;
  private final AtomicInteger directions = new AtomicInteger(2);
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile TimeSource.Timer drained = () -> {};
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
    below().workers().start("tunnel", () -> connect(host, port, opening));
    return opening;
  }

  private void connect(String host, long port, OpenFuture opening) {
    Flow other;
    try {
      other = network.connect(at(host, port), Deadline.after(CONNECTING, below().time()));
    } catch (IOException | RuntimeException e) {
      opening.setException(
          new SshChannelOpenException(
              getChannelId(), SshConstants.SSH_OPEN_CONNECT_FAILED, String.valueOf(e), e));
      close(true);
      return;
    }
    target = other;
    if (isClosing()) {
      closing();
    }
    signalChannelOpenSuccess();
    opening.setOpened();
    below().workers().start("tunnel", () -> send(other));
    receive(other);
  }

  private static HostPort at(String host, long port) throws ConnectException {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new ConnectException("no such place: \"%s\", port %d".formatted(host, port));
    }
    return new HostPort(host, (int) port);
  }

  /** What the client has sent before it closes the channel still goes to the other host. */
  private void send(Flow to) {
    try {
      pass(input(), to.outputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      log.debug("{} to {} ended", this, to, e);
      close(false);
    } finally {
      sent = true;
      closing();
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
      drained.cancel();
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

  /** Ends the direction from the other host, once all has gone to it, or that takes too long. */
  @Override
  void closing() {
    Flow other = target;
    if (!isClosing() || other == null) {
      return;
    }
    if (sent) {
      hangUp(other);
    } else if (draining.compareAndSet(false, true)) {
      drained = below().time().schedule(DRAINING, () -> hangUp(other));
      if (directions.get() == 0) {
        drained.cancel(); // it has ended meanwhile
      }
    }
  }

  private void hangUp(Flow other) {
    below().workers().start("tunnel", () -> close(other));
  }
}
