/** Tests of modules and deployments. */
@NullMarked
package dev.mimic.guice;

import org.jspecify.annotations.NullMarked;
