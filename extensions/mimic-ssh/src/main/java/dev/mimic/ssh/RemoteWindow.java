package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * How many bytes a channel's other side still takes (RFC 4254, section 5.2). The library waits for
 * room by itself; but if the channel is closed at the moment when room comes, it sends all the
 * same, for which OpenSSH ends the whole connection. So it is handed nothing before there is room.
 * It tells of that by no public method, and where its field cannot be read either, its own waiting
 * has to do.
 */
final class RemoteWindow {
  private static final Optional<VarHandle> FIELD =
      HiddenField.find(Channel.class, "rwsize", long.class);

  private final Channel channel;

  RemoteWindow(Channel channel) {
    this.channel = channel;
  }

  /** Returns how many bytes there is room for, at most so many. */
  int room(int atMost) {
    return FIELD.isEmpty() ? atMost : (int) Math.min(atMost, (long) FIELD.get().get(channel));
  }
}
