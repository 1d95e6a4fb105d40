package dev.mimic.ssh.server;

import dev.mimic.FlowServer;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A command, and nothing else that a session can be asked for (RFC 4254, section 6). */
final class CommandChannel extends ServedChannel {
  // What was sent before the client went is still there to be read.
  private static final Duration AFTER_THE_CLIENT = Duration.ofSeconds(2);

  private final SshCommandHandler handler;
  private final FlowServer.Reporter reporter;
  private final AtomicBoolean interrupting = new AtomicBoolean();
  private volatile @Nullable String line;
  private volatile @Nullable Thread running;
  private volatile TimeSource.Timer interrupt = () -> {};
  private volatile boolean done;

  CommandChannel(SshCommandHandler handler, FlowServer.Reporter reporter) {
    this.handler = handler;
    this.reporter = reporter;
  }

  @Override
  protected RequestHandler.Result handleInternalRequest(
      String request, boolean wantReply, Buffer buffer) throws IOException {
    if (!request.equals("exec") || line != null) {
      return super.handleInternalRequest(request, wantReply, buffer);
    }
    line = buffer.getString();
    return RequestHandler.Result.ReplySuccess;
  }

  /** Starts the command, when the client has been told that it will. */
  @Override
  protected IoWriteFuture sendResponse(
      Buffer buffer, String request, RequestHandler.Result result, boolean wantReply)
      throws IOException {
    IoWriteFuture sent = super.sendResponse(buffer, request, result, wantReply);
    String toRun = line;
    if (result == RequestHandler.Result.ReplySuccess && toRun != null && running == null) {
      SshCommand command =
          new SshCommand(getSession().getUsername(), toRun, input(), output(), errors());
      running = below().workers().start("command", () -> run(command));
      if (isClosing()) {
        closing();
      }
    }
    return sent;
  }

  private void run(SshCommand command) {
    try {
      int status = handler.run(command);
      done = true;
      sendEof();
      sendExitStatus(status);
    } catch (SshSignalException e) {
      signal(e.signal());
    } catch (Throwable e) { // also an Error: it concerns this command, and is not to be lost
      if (!isClosing() && !getSession().isClosing()) { // that it could not write is no news then
        reporter.report("the command \"%s\" failed".formatted(command.line()), e);
      }
    } finally {
      done = true;
      interrupt.cancel();
      close(false);
    }
  }

  private void signal(String name) {
    try {
      sendEof();
      Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
      buffer.putUInt(getRecipient());
      buffer.putString("exit-signal");
      buffer.putBoolean(false); // no reply
      buffer.putString(name);
      buffer.putBoolean(false); // no core dump
      buffer.putString("");
      buffer.putString("");
      writePacket(buffer);
    } catch (IOException e) {
      log.debug("{} is closed", this, e);
    }
  }

  @Override
  void closing() {
    Thread thread = running;
    if (thread != null && !done && interrupting.compareAndSet(false, true)) {
      interrupt = below().time().schedule(AFTER_THE_CLIENT, thread::interrupt);
    }
  }
}
