/**
 * A network in memory: named hosts, listeners on ports, and no operating-system sockets.
 *
 * <p>Start with {@link dev.mimic.inmemory.InMemoryNetwork}.
 */
@NullMarked
package dev.mimic.inmemory;

import org.jspecify.annotations.NullMarked;
