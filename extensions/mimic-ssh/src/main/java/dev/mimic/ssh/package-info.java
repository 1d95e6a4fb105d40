/**
 * SSH over any flow. Start with {@link dev.mimic.ssh.SshModule}, which binds the scheme {@code
 * ssh}. {@link dev.mimic.ssh.Ssh} has the keys for its settings, {@link dev.mimic.ssh.SshJump} is a
 * jump host, and {@link dev.mimic.ssh.SshSession} is a connection with many channels.
 */
@NullMarked
package dev.mimic.ssh;

import org.jspecify.annotations.NullMarked;
