/**
 * An SSH server over any flow, for tests and demos. Start with {@link
 * dev.mimic.ssh.server.SshServer}; what its commands do is a {@link
 * dev.mimic.ssh.server.SshCommandHandler}.
 */
@NullMarked
package dev.mimic.ssh.server;

import org.jspecify.annotations.NullMarked;
