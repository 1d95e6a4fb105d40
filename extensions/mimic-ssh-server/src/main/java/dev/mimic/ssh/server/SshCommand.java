package dev.mimic.ssh.server;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command that a client runs.
 *
 * @param user who has logged in
 * @param line what is to be run, as the client wrote it: no shell has looked at it
 * @param input what the client sends; ends when the client ends it
 * @param output goes to the client, at each write; a write waits for a client that does not read
 * @param errors the same, for the client's standard error
 */
public record SshCommand(
    String user, String line, InputStream input, OutputStream output, OutputStream errors) {}
