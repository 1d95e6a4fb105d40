package dev.mimic.inmemory;

/**
 * A rule of an {@link InMemoryNetwork}: it sees each connect, and the bytes of each connection, and
 * decides what happens to them. The first rule that does not {@link Decision#pass pass} decides.
 * {@link Faults} has the usual ones.
 *
 * <pre>{@code
 * Rule noPasswords =
 *     transfer ->
 *         transfer.kind() == Transfer.Kind.BYTES && transfer.port() == 23
 *             ? Decision.reset()
 *             : Decision.pass();
 * }</pre>
 *
 * <p>A rule is called by the threads of the program and by those of the clock, for different
 * connections at the same time. It must be quick, and must not block. A rule that throws resets the
 * connection, and the timeline says why.
 */
@FunctionalInterface
public interface Rule {

  /** Returns the decision for a transfer. */
  Decision decide(Transfer transfer);
}
