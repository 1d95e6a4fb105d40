/** The contract that every flow and listener keeps, as tests. */
@NullMarked
package dev.mimic.testkit;

import org.jspecify.annotations.NullMarked;
