/** The tests of the vocabulary and the engine. */
@NullMarked
package dev.mimic;

import org.jspecify.annotations.NullMarked;
