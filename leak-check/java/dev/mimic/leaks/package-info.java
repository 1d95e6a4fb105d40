/** Compiled into the tests of every module: fails them if they leave something behind. */
@NullMarked
package dev.mimic.leaks;

import org.jspecify.annotations.NullMarked;
