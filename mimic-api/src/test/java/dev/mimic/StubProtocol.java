package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A protocol whose connections are {@link StubFlow}s, and which counts what it is asked for. */
final class StubProtocol<E> implements Protocol<E> {
  private final String name;
  private final Key<E> key;
  private final List<E> connected = new ArrayList<>();
  private boolean secure;
  private int timesAskedWhetherSecure;
  private int priority = 0;
  private Connector<E> connector = (endpoint, deadline) -> new StubFlow(endpoint);

  /** The function that connects. */
  @FunctionalInterface
  interface Connector<E> {
    Flow connect(E endpoint, Deadline deadline) throws IOException;
  }

  StubProtocol(String name) {
    this(name, Key.of(name));
  }

  StubProtocol(String name, Key<E> key) {
    this.name = name;
    this.key = key;
  }

  StubProtocol<E> secure() {
    this.secure = true;
    return this;
  }

  StubProtocol<E> priority(int priority) {
    this.priority = priority;
    return this;
  }

  StubProtocol<E> connecting(Connector<E> connector) {
    this.connector = connector;
    return this;
  }

  StubProtocol<E> refusing(String message) {
    return connecting(
        (endpoint, deadline) -> {
          throw new IOException(message);
        });
  }

  /** Returns the endpoints that a connection was asked for, in order. */
  List<E> asked() {
    return connected;
  }

  int timesAskedWhetherSecure() {
    return timesAskedWhetherSecure;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Key<E> endpointKey() {
    return key;
  }

  @Override
  public boolean isSecure() {
    timesAskedWhetherSecure++;
    return secure;
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public String describe(E endpoint) {
    return name + "(" + endpoint + ")";
  }

  @Override
  public Flow connect(E endpoint, Deadline deadline) throws IOException {
    connected.add(endpoint);
    return connector.connect(endpoint, deadline);
  }
}
