/** The examples of the README and the guide, which use public API only. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
