@NullMarked
package dev.mimic.ssh;

import org.jspecify.annotations.NullMarked;
