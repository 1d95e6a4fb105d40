package dev.mimic.ssh.server;

import dev.mimic.FlowPipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;

/**
 * A channel as a pair of blocking streams. What the client sends lies in a pipe, which has room for
 * all that the client may send before some was read: the thread that reads never waits there.
 */
abstract class ServedChannel extends AbstractServerChannel {
  static final long WINDOW_BYTES = 2 * 1024 * 1024; // how much a client may send unread

  // A pipe that was full once takes no more until half of it was read.
  private final FlowPipe pipe = FlowPipe.builder().capacity((int) (2 * WINDOW_BYTES)).build();

  ServedChannel() {
    super("", List.of(), null);
  }

  /** Returns what carries the session. */
  final FlowSession below() {
    return (FlowSession) getSession().getIoSession();
  }

  /** Returns what the client sends, to its end. */
  final InputStream input() {
    return new Received(pipe.near().inputStream());
  }

  /** Returns a stream to the client. */
  final OutputStream output() {
    return new Sent(SshConstants.SSH_MSG_CHANNEL_DATA);
  }

  /** Returns the stream of a command's errors to the client. */
  final OutputStream errors() {
    return new Sent(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA);
  }

  /** Is called, perhaps more than once, when the client has closed the channel or is gone. */
  abstract void closing();

  @Override
  protected void preClose() {
    super.preClose();
    endInput();
    closing();
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    endInput();
  }

  private void endInput() {
    try {
      pipe.far().shutdownOutput();
    } catch (IOException e) {
      log.debug("the input of {} has ended", this, e);
    }
  }

  /** Drops what comes when nobody reads any more: that must not end the connection. */
  @Override
  protected void doWriteData(byte[] data, int offset, long length) throws IOException {
    try {
      pipe.far().write(ByteBuffer.wrap(data, offset, (int) length));
    } catch (ClosedByInterruptException e) {
      throw e; // the server is stopped
    } catch (IOException e) {
      log.debug("{} is closed", this, e);
    }
  }

  /** Drops it: a client has no standard error. */
  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
    getLocalWindow().release(length);
  }

  /** Refuses what no subclass knows. */
  @Override
  protected RequestHandler.Result handleInternalRequest(
      String request, boolean wantReply, Buffer buffer) throws IOException {
    return RequestHandler.Result.ReplyFailure;
  }

  /** Tells the client that it may send more, of what was read; to skip is to read. */
  private final class Received extends InputStream {
    private final InputStream from;

    Received(InputStream from) {
      this.from = from;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = from.read(bytes, offset, length);
      if (count > 0 && !isClosing()) {
        getLocalWindow().release(count);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      from.close();
    }
  }

  /** Waits for the connection's writer, and for a client that lets it send. */
  private final class Sent extends OutputStream {
    private final ChannelOutputStream to;

    Sent(byte kind) {
      this.to = new ChannelOutputStream(ServedChannel.this, getRemoteWindow(), log, kind, false);
      to.setNoDelay(true);
    }

    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int chunk = (int) getRemoteWindow().getPacketSize();
      for (int at = 0; at < length; at += chunk) {
        awaitRoom();
        to.write(bytes, offset + at, Math.min(chunk, length - at));
      }
    }

    private void awaitRoom() throws IOException {
      try {
        below().awaitRoom();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the client did not read");
      }
    }
  }
}
