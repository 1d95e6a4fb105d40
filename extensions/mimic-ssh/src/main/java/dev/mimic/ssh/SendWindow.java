package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The number of bytes that the peer of a channel still accepts (RFC 4254, section 5.2).
 *
 * <p>State: JSch holds the window in the channel, guarded by the channel's monitor. One thread
 * sends and waits here. The thread of JSch notifies it when the peer grants more.
 *
 * <p>JSch waits for the window by itself. However, if the channel is closed at the moment of a
 * grant, JSch still sends, and OpenSSH then ends the whole connection. Thus JSch is given data only
 * within the window. JSch has no public method for this purpose. If its fields are inaccessible,
 * JSch waits by itself.
 */
final class SendWindow {
  private static final Optional<VarHandle> WINDOW =
      JschAccess.field(Channel.class, "rwsize", long.class);

  // The number of threads that wait on the channel's monitor. JSch notifies only if it is not 0.
  private static final Optional<VarHandle> WAITING =
      JschAccess.field(Channel.class, "notifyme", int.class);

  // JSch does not notify when the channel ends, so the caller has to poll for that.
  private static final int POLL_MILLIS = 100;

  private final Channel channel;
  private final int pollMillis;

  SendWindow(Channel channel) {
    this(channel, POLL_MILLIS);
  }

  /** Creates a window that waits {@code pollMillis}, for tests. */
  SendWindow(Channel channel, int pollMillis) {
    this.channel = channel;
    this.pollMillis = pollMillis;
  }

  /**
   * Waits briefly for the window to open. Returns the number of bytes that may be sent, at most
   * {@code maxBytes}, or 0 if the window is still closed.
   */
  int await(int maxBytes) throws InterruptedException {
    if (WINDOW.isEmpty() || WAITING.isEmpty()) {
      return maxBytes;
    }
    synchronized (channel) {
      if (size() == 0) {
        VarHandle waiting = WAITING.get();
        waiting.set(channel, (int) waiting.get(channel) + 1);
        try {
          channel.wait(pollMillis);
        } finally {
          waiting.set(channel, (int) waiting.get(channel) - 1);
        }
      }
      return (int) Math.min(maxBytes, size());
    }
  }

  private long size() {
    return (long) WINDOW.orElseThrow().get(channel);
  }
}
