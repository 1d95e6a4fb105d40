/**
 * Scenarios that run over the TCP of Linux and on the network in memory, with one expected outcome.
 *
 * <p>Start with {@link dev.mimic.parity.ParityTest}. {@link dev.mimic.parity.KnownDifferences}
 * lists the scenarios whose outcomes differ.
 */
@NullMarked
package dev.mimic.parity;

import org.jspecify.annotations.NullMarked;
