/**
 * The {@code mimic} command: one application, every deployment. {@link dev.mimic.demo.Main} is
 * where it starts; {@link dev.mimic.demo.PingPongClient} is what an application looks like.
 */
@NullMarked
package dev.mimic.demo;

import org.jspecify.annotations.NullMarked;
