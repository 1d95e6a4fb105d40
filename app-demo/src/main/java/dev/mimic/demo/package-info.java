/**
 * The {@code mimic} command: one application for all deployments. Start at {@link
 * dev.mimic.demo.Main}; {@link dev.mimic.demo.PingPongClient} is an example of an application.
 */
@NullMarked
package dev.mimic.demo;

import org.jspecify.annotations.NullMarked;
