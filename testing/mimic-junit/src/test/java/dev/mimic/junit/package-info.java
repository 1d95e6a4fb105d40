@NullMarked
package dev.mimic.junit;

import org.jspecify.annotations.NullMarked;
