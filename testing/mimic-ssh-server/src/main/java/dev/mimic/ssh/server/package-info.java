/**
 * An SSH server over any flow, for tests and demos. Start with {@link
 * dev.mimic.ssh.server.SshServer}; an {@link dev.mimic.ssh.server.SshCommandHandler} runs the
 * commands of clients.
 */
@NullMarked
package dev.mimic.ssh.server;

import org.jspecify.annotations.NullMarked;
