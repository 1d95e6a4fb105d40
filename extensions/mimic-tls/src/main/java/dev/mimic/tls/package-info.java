/** TLS over any flow. */
@NullMarked
package dev.mimic.tls;

import org.jspecify.annotations.NullMarked;
