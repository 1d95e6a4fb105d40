package dev.mimic.ssh.server;

import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A channel that runs a command; it refuses all other requests (RFC 4254, section 6). */
final class CommandChannel extends ServedChannel {
  // After a disconnect, the command has this time to read the remaining input.
  private static final Duration INTERRUPT_DELAY = Duration.ofSeconds(2);

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

  /** Starts the command after the request has been acknowledged. */
  @Override
  protected IoWriteFuture sendResponse(
      Buffer buffer, String request, RequestHandler.Result result, boolean wantReply)
      throws IOException {
    IoWriteFuture sent = super.sendResponse(buffer, request, result, wantReply);
    String commandLine = line;
    if (result == RequestHandler.Result.ReplySuccess && commandLine != null && running == null) {
      SshCommand command =
          new SshCommand(getSession().getUsername(), commandLine, input(), output(), errors());
      running = flowSession().executor().start("command", () -> run(command));
      if (isClosing()) {
        onClosing();
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
    } catch (Throwable e) { // an Error too: it concerns this command only and must be reported
      if (!isClosing() && !getSession().isClosing()) { // failed writes are expected while closing
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
  void onClosing() {
    Thread thread = running;
    if (thread != null && !done && interrupting.compareAndSet(false, true)) {
      interrupt = flowSession().time().schedule(INTERRUPT_DELAY, thread::interrupt);
    }
  }
}
