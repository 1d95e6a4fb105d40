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
 * How many bytes a server may send on a channel before some are read (RFC 4254, section 5.2).
 *
 * <p>The library gives room back as soon as it has handed bytes over: its one thread would wait for
 * a slow reader, and with it all other channels of the session. Here room is given back when bytes
 * are read. Where the library's members cannot be reached, it goes on as it does by itself.
 *
 * <p>The counts are guarded by this object's monitor. Threads of their own send: a reader may be
 * interrupted, which would close the connection for all.
 */
final class ReceiveWindow {
  /** What a server may send ahead of the reader, and more than a fast link has under way. */
  static final int BYTES = 2 * 1024 * 1024;

  private static final byte WINDOW_ADJUST = 93; // RFC 4254, section 9
  private static final int GRANT_BYTES = 100;

  // What a server may send in one message, as OpenSSH's client allows: twice the library's default.
  private static final int MESSAGE_BYTES = 32 * 1024;

  private static final Optional<Library> LIBRARY = Library.find();

  private final Channel channel;
  private long received;
  private long read;
  private long granted;
  private boolean dropping;

  /** Sets how much may be sent at first; the channel is not open yet. */
  ReceiveWindow(Channel channel) {
    this.channel = channel;
    LIBRARY.ifPresent(it -> it.size.set(channel, BYTES));
    LIBRARY.ifPresent(it -> it.largestSize.set(channel, BYTES));
    LIBRARY.ifPresent(it -> it.messageSize.set(channel, MESSAGE_BYTES));
  }

  /** Returns whether the library's members can be reached. */
  static boolean isKnown() {
    return LIBRARY.isPresent();
  }

  /** Notes bytes that the library, in its thread, hands over now, and will count after that. */
  void received(int bytes) {
    LIBRARY.ifPresent(
        it -> it.size.set(channel, BYTES + bytes)); // so that it sees no reason to act
    boolean dropped;
    synchronized (this) {
      received += bytes;
      dropped = dropping;
    }
    if (dropped) {
      read(0);
    }
  }

  /** Gives room back for bytes that nobody waits for any more. */
  void read(int bytes) {
    long room;
    synchronized (this) {
      read = dropping ? received : read + bytes;
      room = read - granted;
      if (room < BYTES / 2) {
        return;
      }
      granted = read;
    }
    grant((int) room);
  }

  /** Takes whatever has come, and will come, for read. */
  void dropAll() {
    synchronized (this) {
      dropping = true;
    }
    read(0);
  }

  private void grant(int room) {
    LIBRARY.ifPresent(
        it -> Thread.ofVirtual().name("mimic ssh window").start(() -> it.grant(channel, room)));
  }

  /** Members of the library that are not public. */
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

    void grant(Channel channel, int room) {
      try {
        Buffer buffer = new Buffer(GRANT_BYTES);
        Object message = newPacket.invokeExact(buffer);
        reset.invokeExact(message);
        buffer.putByte(WINDOW_ADJUST);
        buffer.putInt((int) recipient.get(channel));
        buffer.putInt(room);
        if (!channel.isClosed()) {
          write.invokeExact(channel.getSession(), message);
        }
      } catch (Throwable e) { // as a method handle declares it
        // The channel has ended, or ends.
      }
    }
  }
}
