/** Servers of other projects, started as local processes, for tests against real peers. */
@NullMarked
package dev.mimic.peers;

import org.jspecify.annotations.NullMarked;
