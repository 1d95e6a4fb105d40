/**
 * Git over whatever an address is carried by: {@code git://}, SSH, HTTP and files, spoken by JGit
 * over the flows of a {@link dev.mimic.MimicResolver}. Start with {@link dev.mimic.git.GitClient};
 * {@link dev.mimic.git.GitService} is the other side.
 */
@NullMarked
package dev.mimic.git;

import org.jspecify.annotations.NullMarked;
