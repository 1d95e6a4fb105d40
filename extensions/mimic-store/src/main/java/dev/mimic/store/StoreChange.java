package dev.mimic.store;

import java.time.Instant;

/**
 * A commit in the history of a store.
 *
 * @param commit the commit id, 40 hexadecimal digits
 * @param author the name of the author
 * @param at the time of the author
 * @param message the first paragraph of the commit message, such as {@code set team/lead}
 */
public record StoreChange(String commit, String author, Instant at, String message) {}
