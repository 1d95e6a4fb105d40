/**
 * Texts under keys, kept on a branch of a Git repository and merged key by key. Start with {@link
 * dev.mimic.store.GitStore}.
 */
@NullMarked
package dev.mimic.store;

import org.jspecify.annotations.NullMarked;
