/**
 * Stress tests of the pipe and of the network in memory, for jcstress. Each test runs two actors
 * concurrently, millions of times, and lists the outcomes that the contract permits. Start with
 * {@link dev.mimic.concurrency.PipeBytes}.
 */
@NullMarked
package dev.mimic.concurrency;

import org.jspecify.annotations.NullMarked;
