package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import dev.mimic.flow.FlowPipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The thread that sends the bytes which a flow has written. It reads them from the far end of the
 * flow's pipe, and writes them to the channel within the window of the peer.
 *
 * <p>State: {@code sent} opens when the thread has finished, which wakes {@link #await}. {@code
 * abandoned} ends the thread at the next poll of the window.
 */
final class ChannelSender {
  // The size of one message. OpenSSH accepts 32 KiB, including the overhead of JSch.
  private static final int CHUNK_BYTES = 32 * 1024 - 512;

  private final Channel channel;
  private final SendWindow window;
  private final FlowPipe.End far;
  private final CountDownLatch sent = new CountDownLatch(1);
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile boolean abandoned;

  ChannelSender(Channel channel, FlowPipe.End far) {
    this.channel = channel;
    this.window = new SendWindow(channel);
    this.far = far;
  }

  /**
   * Starts the thread for an open channel. It is a platform thread, since JSch holds monitors while
   * it waits.
   */
  void start() {
    Thread.ofPlatform().daemon().name("mimic ssh sender").start(this::send);
  }

  private void send() {
    InputStream from = far.inputStream();
    try {
      OutputStream to = channel.getOutputStream();
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        send(chunk, count, to);
      }
      to.close(); // sends the end of the data, and does not close the channel
    } catch (IOException | InterruptedException e) {
      // The channel is closed, by this side or by the peer. The flow has the reason.
    } finally {
      sent.countDown();
    }
  }

  /** Sends within the window. Throws if the channel has ended or the sender is abandoned. */
  private void send(byte[] chunk, int count, OutputStream to)
      throws IOException, InterruptedException {
    for (int at = 0; at < count; ) {
      int size = window.await(count - at);
      if (size > 0) {
        to.write(chunk, at, size);
        to.flush();
        at += size;
        bytesSent.addAndGet(size);
      } else if (abandoned || !channel.isConnected()) {
        throw new IOException("the channel has ended");
      }
    }
  }

  /**
   * Waits until all bytes are sent.
   *
   * @param stallTimeout the limit on the time in which no byte is sent
   * @param maxTime the limit on the whole time
   * @return whether all bytes are sent
   */
  boolean await(Duration stallTimeout, Duration maxTime) throws InterruptedException {
    long end = System.nanoTime() + maxTime.toNanos();
    long before;
    do {
      before = bytesSent.get();
      if (sent.await(stallTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } while (bytesSent.get() > before && System.nanoTime() - end < 0);
    return false;
  }

  /** Stops sending when the window is closed. */
  void abandon() {
    abandoned = true;
  }
}
