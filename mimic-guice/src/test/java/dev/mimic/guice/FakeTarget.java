package dev.mimic.guice;

import java.util.List;

/** A deployment target with a fake network. */
final class FakeTarget extends MimicModule {
  private final String name;

  FakeTarget(String name) {
    super(List.of(name));
    this.name = name;
  }

  @Override
  protected void contribute() {
    bindNetwork(new FakeNetwork(name));
  }
}
