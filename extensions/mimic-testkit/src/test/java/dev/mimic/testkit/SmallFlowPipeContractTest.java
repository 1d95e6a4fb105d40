package dev.mimic.testkit;

import dev.mimic.FlowPipe;

/** A pipe that holds hardly more than the suite asks for, seen from its other end. */
final class SmallFlowPipeContractTest extends FlowContract {

  @Override
  protected FlowPair open() {
    return FlowPair.of(FlowPipe.builder().capacity(4000).build()).swapped();
  }
}
