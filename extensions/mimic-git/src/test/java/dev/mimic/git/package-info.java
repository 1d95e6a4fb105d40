@NullMarked
package dev.mimic.git;

import org.jspecify.annotations.NullMarked;
