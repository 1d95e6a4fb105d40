package dev.mimic.ssh.server;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
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

/** Tests of writing to a session and of its end. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FlowSessionTest {

  /** A handler that writes a megabyte at the start of the session. */
  private static final class WritingHandler implements IoHandler {
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
  void close_afterClientEndedOutput_stillWritesQueuedBytes() throws Exception {
    FlowPipe pipe = FlowPipe.create();
    WritingHandler handler = new WritingHandler();
    FlowSession session = new FlowSession(pipe.near(), TimeSource.system(), handler);
    FutureTask<Void> serving =
        new FutureTask<>(
            () -> {
              session.serve();
              return null;
            });
    Thread unused = Thread.startVirtualThread(serving);

    pipe.far().shutdownOutput();
    handler.closed.await();

    assertThat(pipe.far().inputStream().readAllBytes().length).isEqualTo(WritingHandler.BYTES);
    serving.get();
  }

  @ParameterizedTest
  @ValueSource(classes = {IOException.class, IllegalStateException.class})
  void write_failing_failsAllFutures(Class<? extends Exception> kind) throws Exception {
    Exception failure = kind.getConstructor(String.class).newInstance("write failed");
    FlowWrites writes = new FlowWrites(failing(failure));
    List<IoWriteFuture> all = new ArrayList<>();
    all.add(writes.add(ByteBuffer.allocate(1)));
    all.add(writes.add(ByteBuffer.allocate(1)));
    List<Exception> reported = new ArrayList<>();

    writes.run(reported::add);
    all.add(writes.add(ByteBuffer.allocate(1)));

    assertThat(reported).containsExactly(failure);
    for (IoWriteFuture each : all) {
      assertThat(each.getException()).isSameInstanceAs(failure);
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
