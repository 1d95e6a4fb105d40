package com.example;

import static dev.mimic.Derivation.required;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.Verdict;
import dev.mimic.guice.MimicModule;
import java.util.List;
import java.util.Map;

/** Contributes the ports of services, by host. */
final class ServicesModule extends MimicModule {
  private final Map<String, Integer> ports;

  ServicesModule(Map<String, Integer> ports) {
    super(List.of(ports));
    this.ports = Map.copyOf(ports);
  }

  @Override
  protected void contribute() {
    bindDerivation(
        Derivation.of(
            Address.PORT,
            required(Address.HOST),
            host ->
                ports.containsKey(host)
                    ? Verdict.of(ports.get(host))
                    : Verdict.decline(host + " is not in the table of services")));
  }
}
