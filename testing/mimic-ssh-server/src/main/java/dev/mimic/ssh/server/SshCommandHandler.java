package dev.mimic.ssh.server;

/** A function that runs the commands of clients. Must be thread-safe. */
@FunctionalInterface
public interface SshCommandHandler {

  /**
   * Runs a command in a new virtual thread and returns its exit status. The implementation need not
   * close the streams.
   *
   * <p>If the client closes the command or disconnects, the input ends and writing fails. The
   * thread is interrupted two seconds later.
   *
   * @return the exit status from 0 to 255; 0 is success
   * @throws SshSignalException to report to the client that a signal ended the command
   * @throws Exception if the command fails; it then ends without a status, and the failure is
   *     reported
   */
  int run(SshCommand command) throws Exception;
}
