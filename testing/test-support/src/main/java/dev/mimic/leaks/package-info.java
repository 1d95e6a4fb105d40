/** A check, compiled into the tests of every module, that fails if they leave resources behind. */
@NullMarked
package dev.mimic.leaks;

import org.jspecify.annotations.NullMarked;
