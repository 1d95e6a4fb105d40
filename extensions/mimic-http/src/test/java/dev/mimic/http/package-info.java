/** Tests of HTTP clients over every transport, and against third-party servers. */
@NullMarked
package dev.mimic.http;

import org.jspecify.annotations.NullMarked;
