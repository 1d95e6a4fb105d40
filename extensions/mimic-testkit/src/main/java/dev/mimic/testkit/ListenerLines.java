package dev.mimic.testkit;

import dev.mimic.Flow;
import dev.mimic.FlowListener;

/** What a line about listeners has at hand. */
interface ListenerLines extends Lines {

  /** Returns a new listener, which is closed when the line ends. */
  FlowListener listening() throws Exception;

  /** Begins to connect; the flow is closed when the line ends. */
  default Running<Flow> connecting(FlowListener listener) {
    return start(() -> connected(listener));
  }

  /** Connects, while somebody else accepts; the flow is closed when the line ends. */
  Flow connected(FlowListener listener) throws Exception;

  /** Opens a connection that says nothing, which is closed when the line ends. */
  void connectSilently(FlowListener listener) throws Exception;

  /** Accepts a flow and makes it ready for use; it is closed when the line ends. */
  default Flow accepted(FlowListener listener) throws Exception {
    return welcomed(closing(listener.accept()));
  }

  /** Makes a flow that was accepted ready for use, and returns it. */
  Flow welcomed(Flow accepted) throws Exception;
}
