package dev.mimic.ssh.server;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to a session, and how it ends. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FlowSessionTest {

  /** Writes much, before anything has come. */
  private static final class Talker implements IoHandler {
    static final int BYTES = 1 << 20;
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void sessionCreated(IoSession session) throws IOException {
      IoWriteFuture unused = session.writeBuffer(new ByteArrayBuffer(new byte[BYTES]));
    }

    @Override
    public void sessionClosed(IoSession session) {
      closed.countDown();
    }

    @Override
    public void exceptionCaught(IoSession session, Throwable cause) {}

    @Override
    public void messageReceived(IoSession session, Readable message) {}
  }

  @Test
  void aClientThatHasEndedItsSideStillGetsWhatWasWritten() throws Exception {
    FlowPipe pipe = FlowPipe.create();
    Talker talker = new Talker();
    FlowSession session = new FlowSession(pipe.near(), TimeSource.system(), talker);
    FutureTask<Void> serving =
        new FutureTask<>(
            () -> {
              session.serve();
              return null;
            });
    Thread unused = Thread.startVirtualThread(serving);

    pipe.far().shutdownOutput();
    talker.closed.await();

    assertThat(pipe.far().inputStream().readAllBytes().length).isEqualTo(Talker.BYTES);
    serving.get();
  }

  @ParameterizedTest
  @ValueSource(classes = {IOException.class, IllegalStateException.class})
  void eachWriteIsToldThatItFailed(Class<? extends Exception> kind) throws Exception {
    Exception asked = kind.getConstructor(String.class).newInstance("as it was asked");
    FlowWrites writes = new FlowWrites(failing(asked));
    List<IoWriteFuture> all = new ArrayList<>();
    all.add(writes.add(ByteBuffer.allocate(1)));
    all.add(writes.add(ByteBuffer.allocate(1)));
    List<Exception> told = new ArrayList<>();

    writes.run(told::add);
    all.add(writes.add(ByteBuffer.allocate(1)));

    assertThat(told).containsExactly(asked);
    for (IoWriteFuture each : all) {
      assertThat(each.getException()).isSameInstanceAs(asked);
    }
  }

  private static Flow failing(Exception failure) {
    return (Flow)
        Proxy.newProxyInstance(
            Flow.class.getClassLoader(),
            new Class<?>[] {Flow.class},
            (proxy, method, arguments) -> {
              throw failure;
            });
  }
}
