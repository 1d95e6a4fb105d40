@NullMarked
package dev.mimic.proxy;

import org.jspecify.annotations.NullMarked;
