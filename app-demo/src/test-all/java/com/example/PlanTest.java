package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.MimicResolver;
import dev.mimic.Plan;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final MimicResolver resolver =
      Deployment.of(
              "services",
              new InMemoryModule(InMemoryNetwork.create()),
              new ServicesModule(Map.of("billing", 7001)))
          .resolver();

  @Test
  void plan_ofServiceInTable_hasItsPort() {
    Plan plan = resolver.plan("tcp://billing");
    assertThat(plan.connections()).containsExactly("inmemory(billing:7001)");
    System.out.println(plan); // the whole tree, as "explain" prints it
  }

  @Test
  void plan_ofAnotherHost_givesReason() {
    Plan plan = resolver.plan("tcp://orders");
    assertThat(plan.problem()).isPresent();
    assertThat(plan.toString()).contains("orders is not in the table of services");
  }
}
