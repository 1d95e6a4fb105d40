/**
 * A network that lives in memory: hosts with names, listeners on ports, and no operating-system
 * socket.
 *
 * <p>Start with {@link dev.mimic.inmemory.InMemoryNetwork}.
 */
@NullMarked
package dev.mimic.inmemory;

import org.jspecify.annotations.NullMarked;
