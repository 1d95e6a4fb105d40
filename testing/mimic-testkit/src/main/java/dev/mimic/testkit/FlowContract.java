package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contract of {@link Flow} as tests for your own implementation. Subclass this class and
 * implement {@link #open}; JUnit runs the tests.
 *
 * <pre>{@code
 * @Row("FlowPipe")
 * final class FlowPipeContractTest extends FlowContract {
 *   @Override
 *   protected FlowPair open() {
 *     return FlowPair.of(FlowPipe.create());
 *   }
 * }
 * }</pre>
 *
 * <p>For a transport that also listens, subclass {@link FlowListenerContract} instead, which adds
 * the tests of listeners.
 *
 * <p>The contract consists of lines. Each line runs once on a platform thread and once on a virtual
 * thread, with a time limit: a flow that blocks forever fails the line and does not hang the build.
 * The suite closes the resources of a line at its end, and then its threads must end too. Exclude a
 * line that a transport cannot satisfy with {@link Excludes}. A class with a {@link Row} writes a
 * file for {@link ContractTable}.
 *
 * <p>Settings, as configuration parameters of JUnit or as system properties:
 *
 * <ul>
 *   <li>{@code mimic.contract.timeout}: the time limit of one step; a whole line has three times
 *       this limit. Defaults to {@code PT20S}.
 *   <li>{@code mimic.contract.repetitions}: the repetitions of each race. Defaults to 50.
 *   <li>{@code mimic.contract.results}: the folder for the results of rows. Defaults to {@code
 *       target/contract} of the module.
 * </ul>
 */
public abstract class FlowContract extends Contract
    implements ReadLines,
        AvailableLines,
        WriteLines,
        ShutdownLines,
        CloseLines,
        ResetLines,
        TimeoutLines,
        WriteTimeoutLines,
        InterruptLines,
        ConcurrentUseLines,
        InfoLines,
        StreamLines,
        VolumeLines,
        RaceLines {
  private @Nullable FlowPair pair;

  /**
   * Opens a connected pair of flows that are ready for use, after a handshake if there is one. The
   * suite closes the flows in any order or concurrently. It calls this method in a thread of the
   * line's kind; {@code start} runs openPair task. Each flow must accept 4,000 bytes before its
   * peer begins to read.
   */
  protected abstract FlowPair open() throws Exception;

  /**
   * Resets a connection from one end, so that the peer never reads an orderly end. Threads of
   * either side can be waiting for bytes or space.
   *
   * <p>The default implementation resets a {@link FlowPipe.End}, and a TCP socket by SO_LINGER. It
   * closes any other flow with a byte unread. Override it if that does not reset the flow.
   *
   * @param end the end that fails
   * @param peer the other end
   */
  protected void reset(Flow end, Flow peer) throws Exception {
    Optional<FlowPipe.End> pipe = end.find(FlowPipe.End.class);
    Optional<SocketChannel> socket = end.find(SocketChannel.class);
    if (pipe.isPresent()) {
      pipe.get().reset();
    } else if (socket.isPresent() && isTcp(socket.get())) {
      socket.get().setOption(StandardSocketOptions.SO_LINGER, 0).close();
    } else {
      Running<Integer> unread = start(() -> peer.write(ByteBuffer.allocate(1)));
      unread.awaitBlockedOrDone();
      end.close();
    }
  }

  private static boolean isTcp(SocketChannel socket) throws IOException {
    return socket.getLocalAddress()
        instanceof InetSocketAddress; // Unix sockets do not have the option
  }

  @Override
  final void begin() throws Exception {
    pair = openPair();
  }

  @Override
  public final FlowPair openPair() throws Exception {
    FlowPair opened = open();
    closeAtEnd(opened.near());
    closeAtEnd(opened.far());
    return opened;
  }

  @Override
  public final Flow near() {
    return pair().near();
  }

  @Override
  public final Flow far() {
    return pair().far();
  }

  private FlowPair pair() {
    return requireNonNull(pair, "pair: is this called from a line?");
  }

  @Override
  public final void resetByFar(FlowPair pair) throws Exception {
    reset(pair.far(), pair.near());
  }
}
