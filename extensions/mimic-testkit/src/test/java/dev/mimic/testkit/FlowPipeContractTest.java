package dev.mimic.testkit;

import dev.mimic.FlowPipe;

/** A pipe, as it comes. */
@Row("FlowPipe")
final class FlowPipeContractTest extends FlowContract {

  @Override
  protected FlowPair open() {
    return FlowPair.of(FlowPipe.create());
  }
}
