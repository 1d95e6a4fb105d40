package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.MimicResolver;

/** The first connection of a plan, such as {@code tls(tcp(localhost:443))}. */
final class PlannedConnection {
  private PlannedConnection() {}

  static String of(String address, Context how, MimicResolver resolver) {
    return resolver.with(how).plan(address).connections().getFirst();
  }
}
