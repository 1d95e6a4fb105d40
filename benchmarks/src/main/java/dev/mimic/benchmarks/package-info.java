/**
 * What Mimic costs, beside its peers: each class is one table of the page of figures, and holds
 * Mimic and its peers as benchmarks of the same work, whose results are checked.
 */
@NullMarked
package dev.mimic.benchmarks;

import org.jspecify.annotations.NullMarked;
