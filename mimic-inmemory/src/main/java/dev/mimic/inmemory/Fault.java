package dev.mimic.inmemory;

/**
 * Something that goes wrong on an {@link InMemoryNetwork}, from the call that returns it until its
 * {@link #close}. What was held up to then continues; what was reset stays reset. Thread-safe.
 */
public interface Fault extends AutoCloseable {

  /** Ends the fault. Does nothing if it has ended. */
  @Override
  void close();
}
