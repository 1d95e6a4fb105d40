/**
 * A key-value store of texts on a branch of a Git repository. Start with {@link
 * dev.mimic.store.GitStore}.
 */
@NullMarked
package dev.mimic.store;

import org.jspecify.annotations.NullMarked;
