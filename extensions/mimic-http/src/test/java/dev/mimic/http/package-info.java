/** Tests of HTTP over every kind of flow, and against other people's programs. */
@NullMarked
package dev.mimic.http;

import org.jspecify.annotations.NullMarked;
