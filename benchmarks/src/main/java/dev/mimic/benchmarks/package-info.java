/**
 * Benchmarks of Mimic and its peers. Each class is one table of the page of figures, and runs the
 * same work with Mimic and with its peers. The results of the work are checked.
 */
@NullMarked
package dev.mimic.benchmarks;

import org.jspecify.annotations.NullMarked;
