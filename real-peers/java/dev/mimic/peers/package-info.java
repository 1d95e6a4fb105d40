/** Servers of this machine that others wrote, for the tests of the modules that speak to them. */
@NullMarked
package dev.mimic.peers;

import org.jspecify.annotations.NullMarked;
