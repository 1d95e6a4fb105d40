/**
 * Tests on a network in memory: a JUnit extension with a network for each test, and Truth subjects.
 *
 * <p>Start with {@link dev.mimic.junit.MimicExtension}.
 */
@NullMarked
package dev.mimic.junit;

import org.jspecify.annotations.NullMarked;
