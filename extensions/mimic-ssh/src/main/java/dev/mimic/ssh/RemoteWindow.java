package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The number of bytes that a channel's other side still takes (RFC 4254, section 5.2). For one
 * thread, which sends. The library's thread, which hears of room, wakes it.
 *
 * <p>The library waits for room by itself; but if the channel is closed at the moment when room
 * comes, it sends all the same, for which OpenSSH ends the whole connection. So it is given nothing
 * before there is room. It has no public method for that. Where its fields cannot be reached
 * either, its own waiting has to do.
 */
final class RemoteWindow {
  private static final Optional<VarHandle> ROOM =
      HiddenField.find(Channel.class, "rwsize", long.class);

  // How many threads wait on the channel's monitor, which guards both fields: it wakes none if 0.
  private static final Optional<VarHandle> WAITING =
      HiddenField.find(Channel.class, "notifyme", int.class);

  // The library wakes nobody when the channel ends, which the caller has to look for.
  private static final int LOOK_MILLIS = 100;

  private final Channel channel;
  private final int lookMillis;

  RemoteWindow(Channel channel) {
    this(channel, LOOK_MILLIS);
  }

  /** For tests: waits as long as this. */
  RemoteWindow(Channel channel, int lookMillis) {
    this.channel = channel;
    this.lookMillis = lookMillis;
  }

  /**
   * Waits for room, but not for long. Returns how many bytes there is room for, at most so many; 0
   * if there is none yet.
   */
  int await(int atMost) throws InterruptedException {
    if (ROOM.isEmpty() || WAITING.isEmpty()) {
      return atMost;
    }
    synchronized (channel) {
      if (room() == 0) {
        VarHandle waiting = WAITING.get();
        waiting.set(channel, (int) waiting.get(channel) + 1);
        try {
          channel.wait(lookMillis);
        } finally {
          waiting.set(channel, (int) waiting.get(channel) - 1);
        }
      }
      return (int) Math.min(atMost, room());
    }
  }

  private long room() {
    return (long) ROOM.orElseThrow().get(channel);
  }
}
