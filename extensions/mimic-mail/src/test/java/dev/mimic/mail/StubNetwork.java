package dev.mimic.mail;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.BindException;

/** A network whose connections are created by a function, for any host and port. */
record StubNetwork(Connector connector) implements Network {
  interface Connector {
    Flow connect() throws IOException;
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    return connector.connect();
  }

  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
    throw new BindException("listening is not supported");
  }

  @Override
  public String describe(HostPort to) {
    return "stub(" + to + ")";
  }
}
