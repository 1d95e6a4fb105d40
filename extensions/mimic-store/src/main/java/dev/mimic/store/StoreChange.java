package dev.mimic.store;

import java.time.Instant;

/**
 * A change of a store.
 *
 * @param commit its id, of 40 hexadecimal digits
 * @param author the name of who made it
 * @param at when
 * @param message what was done
 */
public record StoreChange(String commit, String author, Instant at, String message) {}
