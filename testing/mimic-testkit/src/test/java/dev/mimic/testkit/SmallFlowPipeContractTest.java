package dev.mimic.testkit;

import dev.mimic.flow.FlowPipe;

/** The contract of a pipe with the smallest capacity that the suite allows, with swapped ends. */
final class SmallFlowPipeContractTest extends FlowContract {

  @Override
  protected FlowPair open() {
    return FlowPair.of(FlowPipe.builder().capacity(4000).build()).swapped();
  }
}
