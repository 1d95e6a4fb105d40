package dev.mimic.testkit;

import dev.mimic.flow.FlowPipe;

/** The contract of a pipe with default settings. */
@Row("FlowPipe")
final class FlowPipeContractTest extends FlowContract {

  @Override
  protected FlowPair open() {
    return FlowPair.of(FlowPipe.create());
  }
}
