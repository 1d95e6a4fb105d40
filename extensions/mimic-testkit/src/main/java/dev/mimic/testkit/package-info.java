/**
 * The contract that every flow and listener keeps, as tests to run on one of your own.
 *
 * <p>Start with {@link dev.mimic.testkit.FlowContract}, or {@link
 * dev.mimic.testkit.FlowListenerContract} for what also listens; its lines are in the files {@code
 * ...Lines}, by topic.
 */
@NullMarked
package dev.mimic.testkit;

import org.jspecify.annotations.NullMarked;
