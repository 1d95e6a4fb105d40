@NullMarked
package dev.mimic.store;

import org.jspecify.annotations.NullMarked;
