package dev.mimic.inmemory;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.FlowListenerContract;
import dev.mimic.testkit.Row;
import java.io.IOException;

/** The contract of a network in memory that records bytes, so that they take the longer way. */
@Row("in memory, recorded")
final class DivertedContractTest extends FlowListenerContract {
  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.builder().recordBytes().build()).build();

  @Override
  protected FlowListener listen() throws IOException {
    return resolver.listen("tcp://127.0.0.1:0");
  }

  @Override
  protected Flow connect(String address) throws IOException {
    return resolver.resolve(address);
  }
}
