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
 */
public abstract class FlowListenerContract extends FlowContract {

  /** Listens at a place that nobody else uses, of the system's choice. The suite closes it. */
  protected abstract FlowListener listen() throws Exception;

  /**
   * Connects to a listener of {@link #listen}, and returns a flow that is ready for use. The suite
   * has {@link #welcome} called beside it, and closes the flow.
   *
   * @param address as the listener gives it
   */
  protected abstract Flow connect(String address) throws Exception;

  /**
   * Does, with a flow that was just accepted, what the other side's {@link #connect} may wait for:
   * a handshake. Nothing, unless overridden.
   */
  protected void welcome(Flow accepted) throws Exception {}

  /** Connects to a listener, and accepts. */
  @Override
  protected FlowPair open() throws Exception {
    FlowListener listener = closing(listen());
    Running<Flow> accepting = start(() -> accept(listener));
    Flow near = closing(connect(listener.address()));
    FlowPair pair = new FlowPair(near, accepting.result());
    listener.close();
    return pair;
  }

  private Flow accept(FlowListener listener) throws Exception {
    Flow accepted = closing(listener.accept());
    welcome(accepted);
    return accepted;
  }
}
