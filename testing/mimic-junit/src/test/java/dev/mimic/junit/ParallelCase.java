package dev.mimic.junit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The superclass of test classes that run in parallel, all with the same names and port. */
@ExtendWith(MimicExtension.class)
@Execution(ExecutionMode.CONCURRENT)
public abstract class ParallelCase {

  @RepeatedTest(2)
  public void greeting_isThatOfTest(InMemoryNetwork network, MimicResolver resolver)
      throws IOException {
    String name = getClass().getName();
    network.inject(Faults.refuse().to("api").once());
    try (FlowServer server =
        FlowServer.serve(
            resolver.listen("tcp://api:80"),
            flow -> flow.outputStream().write(name.getBytes(StandardCharsets.UTF_8)))) {
      String read = "";
      for (int attempt = 0; attempt < 2; attempt++) {
        try (Flow flow = resolver.resolve(server.address())) {
          read = new String(flow.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
          assertThat(attempt).isEqualTo(0);
        }
      }
      assertThat(read).isEqualTo(name);
    }
    NetworkSubject.assertThat(network).connections("localhost", "api").isEqualTo(1);
    NetworkSubject.assertThat(network).hasTransferred("api", "localhost", name.length());
  }
}
