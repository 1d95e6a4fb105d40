package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every {@link Flow} promises, line by line, as tests to run on flows of your own: subclass
 * it, say how a connected pair is opened, and JUnit runs the rest.
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
 * <p>A transport that also listens subclasses {@link FlowListenerContract} instead, which runs
 * these lines and those about listeners.
 *
 * <p>Each line runs once on a platform thread and once on a virtual one: all of it, so that a flow
 * that blocks for ever fails the line and does not hang the build. What a line opened is closed at
 * its end, and its threads must then end too. A line that a transport cannot keep is left out with
 * {@link Excludes}. A class that is a {@link Row} leaves a file for {@link ContractTable}.
 *
 * <p>Settings, as configuration parameters of JUnit or as system properties:
 *
 * <ul>
 *   <li>{@code mimic.contract.patience}: how long one step may take, {@code PT20S} at first; a
 *       whole line may take three times as long;
 *   <li>{@code mimic.contract.repetitions}: how often each race is run, 50 at first;
 *   <li>{@code mimic.contract.results}: the folder for the results of rows, {@code target/contract}
 *       of the module at first.
 * </ul>
 */
public abstract class FlowContract extends Contract
    implements ReadingLines,
        AvailableLines,
        WritingLines,
        EndingLines,
        ClosingLines,
        ResettingLines,
        TimeoutLines,
        InterruptLines,
        TurnLines,
        InfoLines,
        StreamLines,
        VolumeLines,
        RaceLines {
  private @Nullable FlowPair pair;

  /**
   * Opens a connected pair of flows, ready for use: where a handshake needs both ends to read and
   * write, it is done. The suite closes them, in any order, or at the same time. Called in a thread
   * of the line's kind; {@code start} runs something beside it. Each flow must accept 4,000 bytes
   * that its peer has not begun to read.
   */
  protected abstract FlowPair open() throws Exception;

  /**
   * Resets a connection brutally, as from one end, so that the peer never finds a clean end. Also
   * while threads of either side wait for bytes or for room.
   *
   * <p>This one resets what it finds the flow to be made of: a {@link FlowPipe.End}, or a TCP
   * socket, which lingers for no time; of any other it leaves a byte unread and closes it. Override
   * it where that is not enough.
   *
   * @param end the end that breaks down
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
    return socket.getLocalAddress() instanceof InetSocketAddress; // others have no such option
  }

  @Override
  final void begin() throws Exception {
    pair = another();
  }

  @Override
  public final FlowPair another() throws Exception {
    FlowPair opened = open();
    closing(opened.near());
    closing(opened.far());
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
