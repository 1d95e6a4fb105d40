/** Tests of the SSH server with OpenSSH. */
@NullMarked
package dev.mimic.ssh.server;

import org.jspecify.annotations.NullMarked;
