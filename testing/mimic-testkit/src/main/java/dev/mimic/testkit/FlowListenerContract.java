package dev.mimic.testkit;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;

/**
 * The contract of {@link FlowListener}, with that of {@link FlowContract} for the flows, which this
 * class opens by connecting and accepting.
 *
 * <pre>{@code
 * @Row("TCP")
 * final class TcpContractTest extends FlowListenerContract {
 *   private final MimicResolver resolver = ...
 *
 *   @Override
 *   protected FlowListener listen() throws IOException {
 *     return resolver.listen("tcp://127.0.0.1:0");
 *   }
 *
 *   @Override
 *   protected Flow connect(String address) throws IOException {
 *     return resolver.resolve(address);
 *   }
 * }
 * }</pre>
 *
 * <p>A protocol with a handshake also overrides {@link #completeHandshake} and {@link
 * #connectSilently}.
 */
public abstract class FlowListenerContract extends FlowContract
    implements AcceptLines, ListenerCloseLines {

  /** Listens on an unused address that the system selects. The suite closes the listener. */
  protected abstract FlowListener listen() throws Exception;

  /**
   * Connects to a listener of {@link #listen} and returns a flow that is ready for use. The suite
   * calls {@link #completeHandshake} in another thread at the same time, and closes the flow.
   *
   * @param address the address of the listener
   */
  protected abstract Flow connect(String address) throws Exception;

  /**
   * Completes the handshake of an accepted flow, for which the other side's {@link #connect} can
   * wait. Defaults to nothing.
   */
  protected void completeHandshake(Flow accepted) throws Exception {}

  /**
   * Opens a connection to a listener without a handshake or other bytes. Defaults to {@link
   * #connect}.
   */
  protected Flow connectSilently(String address) throws Exception {
    return connect(address);
  }

  /** Listens, connects and accepts. */
  @Override
  protected FlowPair open() throws Exception {
    try (FlowListener listener = listening()) {
      Running<Flow> accepting = start(() -> accepted(listener));
      Flow near = connected(listener);
      return new FlowPair(near, accepting.result());
    }
  }

  @Override
  public final FlowListener listening() throws Exception {
    return closeAtEnd(listen());
  }

  @Override
  public final Flow connected(FlowListener listener) throws Exception {
    return closeAtEnd(connect(listener.address()));
  }

  @Override
  public final void connectSilently(FlowListener listener) throws Exception {
    closeAtEnd(connectSilently(listener.address()));
  }

  @Override
  public final Flow withHandshake(Flow accepted) throws Exception {
    completeHandshake(accepted);
    return accepted;
  }
}
