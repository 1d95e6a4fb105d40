package dev.mimic.testkit;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;

/** The resources of lines about listeners. */
interface ListenerLines extends Lines {

  /** Returns a new listener, which is closed when the line ends. */
  FlowListener listening() throws Exception;

  /** Starts to connect; the flow is closed when the line ends. */
  default Running<Flow> connecting(FlowListener listener) {
    return start(() -> connected(listener));
  }

  /** Connects while another thread accepts; the flow is closed when the line ends. */
  Flow connected(FlowListener listener) throws Exception;

  /** Opens a connection that sends nothing, which is closed when the line ends. */
  void connectSilently(FlowListener listener) throws Exception;

  /** Accepts a flow and completes its handshake; the flow is closed when the line ends. */
  default Flow accepted(FlowListener listener) throws Exception {
    return withHandshake(closeAtEnd(listener.accept()));
  }

  /** Completes the handshake of an accepted flow and returns the flow. */
  Flow withHandshake(Flow accepted) throws Exception;
}
