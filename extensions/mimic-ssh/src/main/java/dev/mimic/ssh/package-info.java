/**
 * SSH over any flow. Start with {@link dev.mimic.ssh.SshModule}, which serves the scheme {@code
 * ssh}; {@link dev.mimic.ssh.Ssh} has the values that say how, {@link dev.mimic.ssh.SshJump} is a
 * jump host, and {@link dev.mimic.ssh.SshSession} one connection with many channels.
 */
@NullMarked
package dev.mimic.ssh;

import org.jspecify.annotations.NullMarked;
