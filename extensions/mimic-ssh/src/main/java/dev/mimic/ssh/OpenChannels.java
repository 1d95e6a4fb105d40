package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.Session;
import java.lang.invoke.MethodHandles;
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
  private static final Optional<VarHandle> FIELD = field();

  private final Session session;

  private OpenChannels(Session session) {
    this.session = session;
  }

  private static Optional<VarHandle> field() {
    try {
      return Optional.of(
          MethodHandles.privateLookupIn(Session.class, MethodHandles.lookup())
              .findVarHandle(Session.class, "channels", List.class));
    } catch (ReflectiveOperationException e) {
      return Optional.empty(); // as where the library is a named module
    }
  }

  static OpenChannels of(Session session) {
    return new OpenChannels(session);
  }

  /** Returns whether it is known, or nothing is. */
  boolean has(Channel channel) {
    return FIELD.isEmpty() || ((Collection<?>) FIELD.get().get(session)).contains(channel);
  }
}
