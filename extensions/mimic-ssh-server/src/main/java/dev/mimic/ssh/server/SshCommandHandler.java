package dev.mimic.ssh.server;

/** What a server does when a client runs a command. Thread-safe. */
@FunctionalInterface
public interface SshCommandHandler {

  /**
   * Runs a command, in a virtual thread of its own, and returns its exit status. It may leave the
   * streams open.
   *
   * <p>When the client closes the command, or is gone, the input ends, writing fails, and two
   * seconds later the thread is interrupted.
   *
   * @return from 0 to 255; 0 is success
   * @throws SshSignalException if a signal is to have ended the command
   * @throws Exception that ends the command without a status, and is reported
   */
  int run(SshCommand command) throws Exception;
}
