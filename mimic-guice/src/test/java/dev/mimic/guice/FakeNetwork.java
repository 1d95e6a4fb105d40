package dev.mimic.guice;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import java.net.BindException;

/** A network where every connection is one end of a new pipe. */
record FakeNetwork(String name) implements Network {
  @Override
  public Flow connect(HostPort to, Deadline deadline) {
    return FlowPipe.create().near();
  }

  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws BindException {
    throw new BindException("a fake network has no listeners");
  }

  @Override
  public String describe(HostPort to) {
    return name + "(" + to + ")";
  }
}
