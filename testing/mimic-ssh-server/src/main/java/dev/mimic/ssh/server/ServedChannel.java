package dev.mimic.ssh.server;

import dev.mimic.flow.FlowPipe;
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
 * A channel with blocking streams. The client's bytes are in a pipe with space for the whole window
 * of the channel, so the reading thread of the session never blocks there.
 */
abstract class ServedChannel extends AbstractServerChannel {
  static final long WINDOW_BYTES =
      2 * 1024 * 1024; // the bytes that a client can send before they are read

  // Twice the window, because a full pipe accepts no bytes until half of it has been read.
  private final FlowPipe pipe = FlowPipe.builder().capacity((int) (2 * WINDOW_BYTES)).build();

  ServedChannel() {
    super("", List.of(), null);
  }

  /** Returns the session over the flow. */
  final FlowSession flowSession() {
    return (FlowSession) getSession().getIoSession();
  }

  /** Returns the input from the client. */
  final InputStream input() {
    return new Input(pipe.near().inputStream());
  }

  /** Returns the output to the client. */
  final OutputStream output() {
    return new Output(SshConstants.SSH_MSG_CHANNEL_DATA);
  }

  /** Returns the output to the standard error of the client. */
  final OutputStream errors() {
    return new Output(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA);
  }

  /** Called, possibly repeatedly, when the client has closed the channel or is disconnected. */
  abstract void onClosing();

  @Override
  protected void preClose() {
    super.preClose();
    endInput();
    onClosing();
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

  /** Discards the bytes if the input is closed, which must not end the connection. */
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

  /** Discards the bytes: a client has no standard error. */
  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
    getLocalWindow().release(length);
  }

  /** Refuses the requests that no subclass handles. */
  @Override
  protected RequestHandler.Result handleInternalRequest(
      String request, boolean wantReply, Buffer buffer) throws IOException {
    return RequestHandler.Result.ReplyFailure;
  }

  /** The input from the client, which enlarges the window by the bytes that are read or skipped. */
  private final class Input extends InputStream {
    private final InputStream from;

    Input(InputStream from) {
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

  /** The output to the client, which waits for the writing thread and for the client's window. */
  private final class Output extends OutputStream {
    private final ChannelOutputStream to;

    Output(byte kind) {
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
        flowSession().awaitRoom();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the client to read");
      }
    }
  }
}
