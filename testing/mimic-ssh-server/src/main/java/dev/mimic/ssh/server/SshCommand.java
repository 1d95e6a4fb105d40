package dev.mimic.ssh.server;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command of a client.
 *
 * @param user the user who has logged in
 * @param line the command line of the client; no shell has interpreted it
 * @param input the standard input, which ends when the client ends it
 * @param output the standard output. It is not buffered, and blocks while the client does not read.
 * @param errors the standard error, with the properties of {@code output}
 */
public record SshCommand(
    String user, String line, InputStream input, OutputStream output, OutputStream errors) {}
