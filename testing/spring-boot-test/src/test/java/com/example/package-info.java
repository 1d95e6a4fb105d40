/** The examples of the guide for Spring, which use public API only. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
