/** The {@code mimic} command: {@link dev.mimic.demo.Main} is where it starts. */
@NullMarked
package dev.mimic.demo;

import org.jspecify.annotations.NullMarked;
