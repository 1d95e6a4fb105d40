/**
 * Git by {@code git://}, SSH, HTTP and files, with JGit over the flows of a {@link
 * dev.mimic.MimicResolver}. Start with {@link dev.mimic.git.GitClient}; the server is {@link
 * dev.mimic.git.GitService}.
 */
@NullMarked
package dev.mimic.git;

import org.jspecify.annotations.NullMarked;
