/**
 * The contract of flows and listeners as tests for your own implementations.
 *
 * <p>Start with {@link dev.mimic.testkit.FlowContract}, or with {@link
 * dev.mimic.testkit.FlowListenerContract} for a transport that also listens. The lines of the
 * contract are in the files {@code ...Lines}, by topic.
 */
@NullMarked
package dev.mimic.testkit;

import org.jspecify.annotations.NullMarked;
