/**
 * Flows: connected streams of bytes, with the listeners, servers, clocks and deadlines that go with
 * them. This package does not depend on the resolver.
 *
 * <p>Start with {@link dev.mimic.flow.Flow}, which has the contract of every stream, {@link
 * dev.mimic.flow.FlowServer}, which serves a listener, and {@link dev.mimic.flow.FlowPipe}, two
 * connected flows in memory.
 */
@NullMarked
package dev.mimic.flow;

import org.jspecify.annotations.NullMarked;
