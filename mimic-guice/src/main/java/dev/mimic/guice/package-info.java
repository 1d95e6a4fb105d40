/**
 * Deployments as Guice modules. The modules that a program installs decide the protocols, schemes
 * and network of its {@link dev.mimic.MimicResolver}.
 *
 * <p>Start with {@link dev.mimic.guice.MimicModule}, the superclass of the modules of targets,
 * extensions and applications. {@link dev.mimic.guice.Deployment} names a list of modules and
 * checks it.
 */
@NullMarked
package dev.mimic.guice;

import org.jspecify.annotations.NullMarked;
