package dev.mimic.flow;

import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reports of failures of a {@link FlowServer}. Never throws. */
final class ServerReports {
  private static final Logger LOGGER = LoggerFactory.getLogger(FlowServer.class);
  private static final int MAX_PEER_CHARS = 120;

  /** Logs gone peers at debug, and everything else as a warning. */
  static final FlowServer.Reporter LOG = ServerReports::log;

  private final FlowServer.Reporter reporter;

  ServerReports(FlowServer.Reporter reporter) {
    this.reporter = reporter;
  }

  private static void log(String what, Throwable failure) {
    if (failure instanceof PeerGoneException || failure instanceof ClosedChannelException) {
      LOGGER.debug(what, failure);
    } else {
      LOGGER.warn(what, failure);
    }
  }

  void report(String what, Throwable failure) {
    try {
      reporter.report(what, failure);
    } catch (Throwable e) { // no failure of a reporter ends the server
      logBoth(what, failure, e);
    }
  }

  private static void logBoth(String what, Throwable failure, Throwable ofReporter) {
    try {
      log(what, failure);
      LOGGER.warn("the reporter failed", ofReporter);
    } catch (Throwable e) {
      // The log fails too, so the failure is dropped.
    }
  }

  /** Returns the address of the peer, even if the flow throws. */
  static String peer(Flow flow) {
    try {
      return MessageText.oneLine(flow.info().remote(), MAX_PEER_CHARS);
    } catch (RuntimeException | Error e) {
      return "an unknown peer";
    }
  }
}
