package dev.mimic.testkit;

import dev.mimic.Flow;
import dev.mimic.FlowListener;

/**
 * What every {@link FlowListener} promises, line by line, and with it what every flow does: the
 * pairs of {@link FlowContract} are made by connecting and accepting.
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
 * <p>A protocol that handshakes overrides {@link #welcome} too, and {@link #connectSilently}.
 */
public abstract class FlowListenerContract extends FlowContract
    implements AcceptingLines, ListenerClosingLines {

  /** Listens at a place that nobody else uses, of the system's choice. The suite closes it. */
  protected abstract FlowListener listen() throws Exception;

  /**
   * Connects to a listener of {@link #listen}, and returns a flow that is ready for use. The suite
   * has {@link #welcome} called in another thread meanwhile, and closes the flow.
   *
   * @param address as the listener gives it
   */
  protected abstract Flow connect(String address) throws Exception;

  /**
   * Does, with a flow that was just accepted, what the other side's {@link #connect} may wait for:
   * a handshake. Nothing, unless overridden.
   */
  protected void welcome(Flow accepted) throws Exception {}

  /**
   * Opens a connection to a listener and says nothing, not even a handshake. The same as {@link
   * #connect}, unless overridden.
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
    return closing(listen());
  }

  @Override
  public final Flow connected(FlowListener listener) throws Exception {
    return closing(connect(listener.address()));
  }

  @Override
  public final void connectSilently(FlowListener listener) throws Exception {
    closing(connectSilently(listener.address()));
  }

  @Override
  public final Flow welcomed(Flow accepted) throws Exception {
    welcome(accepted);
    return accepted;
  }
}
