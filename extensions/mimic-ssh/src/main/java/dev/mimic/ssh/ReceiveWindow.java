package dev.mimic.ssh;

import com.jcraft.jsch.Buffer;
import com.jcraft.jsch.Channel;
import com.jcraft.jsch.Session;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The number of bytes that a server may send on a channel before some are read (RFC 4254, section
 * 5.2).
 *
 * <p>JSch extends the window as soon as it has delivered bytes. A slow reader would then block the
 * only thread of JSch, and with it all other channels of the session. This class extends the window
 * when bytes are read. If the members of JSch are inaccessible, JSch extends the window by itself.
 *
 * <p>State: the counters are guarded by this object's monitor. Grants are sent by threads of their
 * own, since an interrupt of a reader would close the connection that all channels share.
 */
final class ReceiveWindow {
  /** Exceeds the bandwidth-delay product of fast links, so that the window does not limit them. */
  static final int BYTES = 2 * 1024 * 1024;

  private static final byte WINDOW_ADJUST = 93; // RFC 4254, section 9
  private static final int GRANT_BYTES = 100;

  // The limit of OpenSSH's client on one message, which is twice the default of JSch.
  private static final int MESSAGE_BYTES = 32 * 1024;

  private static final Optional<Library> LIBRARY = Library.find();

  private final Channel channel;
  private long received;
  private long read;
  private long granted;
  private boolean discarding;

  /** Sets the initial window of a channel that is not open yet. */
  ReceiveWindow(Channel channel) {
    this.channel = channel;
    LIBRARY.ifPresent(it -> it.size.set(channel, BYTES));
    LIBRARY.ifPresent(it -> it.largestSize.set(channel, BYTES));
    LIBRARY.ifPresent(it -> it.messageSize.set(channel, MESSAGE_BYTES));
  }

  /** Returns whether the members of JSch are accessible. */
  static boolean isSupported() {
    return LIBRARY.isPresent();
  }

  /** Counts received bytes. Called by the thread of JSch before JSch counts them. */
  void received(int bytes) {
    LIBRARY.ifPresent(
        it -> it.size.set(channel, BYTES + bytes)); // keeps JSch from extending the window
    boolean discarded;
    synchronized (this) {
      received += bytes;
      discarded = discarding;
    }
    if (discarded) {
      read(0);
    }
  }

  /** Counts read bytes, and extends the window if half of it is used. */
  void read(int bytes) {
    long extension;
    synchronized (this) {
      read = discarding ? received : read + bytes;
      extension = read - granted;
      if (extension < BYTES / 2) {
        return;
      }
      granted = read;
    }
    grant((int) extension);
  }

  /** Treats all received bytes as read, from now on. */
  void discardAll() {
    synchronized (this) {
      discarding = true;
    }
    read(0);
  }

  private void grant(int bytes) {
    LIBRARY.ifPresent(
        it -> Thread.ofVirtual().name("mimic ssh window").start(() -> it.grant(channel, bytes)));
  }

  /** The members of JSch that are not public. */
  private record Library(
      VarHandle size,
      VarHandle largestSize,
      VarHandle messageSize,
      VarHandle recipient,
      MethodHandle newPacket,
      MethodHandle reset,
      MethodHandle write) {

    static Optional<Library> find() {
      try {
        MethodHandles.Lookup ofChannel =
            MethodHandles.privateLookupIn(Channel.class, MethodHandles.lookup());
        Class<?> packet = ofChannel.findClass("com.jcraft.jsch.Packet");
        MethodType noArguments = MethodType.methodType(void.class);
        return Optional.of(
            new Library(
                ofChannel.findVarHandle(Channel.class, "lwsize", int.class),
                ofChannel.findVarHandle(Channel.class, "lwsize_max", int.class),
                ofChannel.findVarHandle(Channel.class, "lmpsize", int.class),
                ofChannel.findVarHandle(Channel.class, "recipient", int.class),
                ofChannel
                    .findConstructor(packet, MethodType.methodType(void.class, Buffer.class))
                    .asType(MethodType.methodType(Object.class, Buffer.class)),
                ofChannel
                    .findVirtual(packet, "reset", noArguments)
                    .asType(MethodType.methodType(void.class, Object.class)),
                ofChannel
                    .findVirtual(Session.class, "write", MethodType.methodType(void.class, packet))
                    .asType(MethodType.methodType(void.class, Session.class, Object.class))));
      } catch (ReflectiveOperationException e) {
        return Optional.empty();
      }
    }

    void grant(Channel channel, int bytes) {
      try {
        Buffer buffer = new Buffer(GRANT_BYTES);
        Object message = newPacket.invokeExact(buffer);
        reset.invokeExact(message);
        buffer.putByte(WINDOW_ADJUST);
        buffer.putInt((int) recipient.get(channel));
        buffer.putInt(bytes);
        if (!channel.isClosed()) {
          write.invokeExact(channel.getSession(), message);
        }
      } catch (Throwable e) { // declared by method handles
        // The channel is closed or about to be.
      }
    }
  }
}
