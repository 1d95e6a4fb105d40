package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.Session;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Access to fields of JSch that no public method exposes. */
final class JschAccess {
  private static final Optional<VarHandle> CHANNELS = field(Session.class, "channels", List.class);

  private JschAccess() {}

  /** Returns the field, or empty if it is inaccessible, for example if JSch is a named module. */
  static Optional<VarHandle> field(Class<?> owner, String name, Class<?> type) {
    try {
      return Optional.of(
          MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
              .findVarHandle(owner, name, type));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns whether the session has the channel registered, or true if that is unknown. If a server
   * closes a channel before JSch has processed its opening, JSch removes the channel without
   * notifying anyone.
   */
  static boolean isRegistered(Session session, Channel channel) {
    return CHANNELS.isEmpty() || ((Collection<?>) CHANNELS.get().get(session)).contains(channel);
  }
}
