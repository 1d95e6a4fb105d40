package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the window, in which the test's thread plays that of JSch. */
@Timeout(60)
class SendWindowTest {
  private final Channel channel = new ChannelExec();
  private final SendWindow window = new SendWindow(channel);

  private void giveRoom(long bytes) throws Throwable {
    MethodHandle give =
        MethodHandles.privateLookupIn(Channel.class, MethodHandles.lookup())
            .findVirtual(
                Channel.class,
                "addRemoteWindowSize",
                MethodType.methodType(void.class, long.class));
    give.invokeExact(channel, bytes);
  }

  @Test
  void await_openWindow_returnsItsSizeUpToMaxBytes() throws Throwable {
    giveRoom(5);
    assertThat(window.await(9)).isEqualTo(5);
    assertThat(window.await(3)).isEqualTo(3);
  }

  @Test
  void await_windowAboveMaxInt_returnsMaxBytes() throws Throwable {
    giveRoom(0xffffffffL);
    assertThat(window.await(9)).isEqualTo(9);
  }

  @Test
  void await_closedWindow_returnsZeroSoon() throws Exception {
    assertThat(window.await(9)).isEqualTo(0);
  }

  @Test
  void await_atAGrant_isNotified() throws Throwable {
    SendWindow patient = new SendWindow(channel, Integer.MAX_VALUE);
    FutureTask<Integer> waiting = new FutureTask<>(() -> patient.await(9));
    Thread thread = Thread.ofPlatform().daemon().start(waiting);
    while (thread.getState() != Thread.State.TIMED_WAITING && !waiting.isDone()) {
      Thread.onSpinWait();
    }
    giveRoom(5);
    assertThat(waiting.get(20, SECONDS)).isEqualTo(5);
  }
}
