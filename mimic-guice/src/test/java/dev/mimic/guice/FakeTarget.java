package dev.mimic.guice;

/** A deployment target with a fake network. */
final class FakeTarget extends MimicModule {
  private final String name;

  FakeTarget(String name) {
    super(name);
    this.name = name;
  }

  @Override
  protected void contribute() {
    bindNetwork(new FakeNetwork(name));
  }
}
