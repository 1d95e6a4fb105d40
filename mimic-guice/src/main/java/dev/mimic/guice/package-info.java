/**
 * Deployments as Guice modules: what a program is built and started with decides which protocols,
 * schemes and network stand behind its {@link dev.mimic.MimicResolver}.
 *
 * <p>Start with {@link dev.mimic.guice.MimicModule}, which targets, extensions and applications
 * extend. {@link dev.mimic.guice.Deployment} names a set of modules and checks it.
 */
@NullMarked
package dev.mimic.guice;

import org.jspecify.annotations.NullMarked;
