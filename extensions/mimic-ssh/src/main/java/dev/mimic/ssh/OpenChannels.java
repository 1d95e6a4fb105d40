package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.Session;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The channels that the library still knows of a session. A server may close a channel before the
 * library has noted that it is open; it then forgets the channel and tells nobody, and by no public
 * method. Where its field cannot be read, nothing is known.
 */
final class OpenChannels {
  private static final Optional<VarHandle> FIELD =
      HiddenField.find(Session.class, "channels", List.class);

  private OpenChannels() {}

  /** Returns whether the channel is known, or nothing is. */
  static boolean has(Session session, Channel channel) {
    return FIELD.isEmpty() || ((Collection<?>) FIELD.get().get(session)).contains(channel);
  }
}
