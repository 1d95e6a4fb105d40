package dev.mimic.ssh.server;

/** The end of a command by a signal (RFC 4254, section 6.10). */
public final class SshSignalException extends Exception {
  private static final long serialVersionUID = 1;

  private final String signal;

  /**
   * Creates an exception.
   *
   * @param signal the name of the signal without {@code SIG}, such as {@code TERM}
   */
  public SshSignalException(String signal) {
    super("ended by SIG" + signal);
    this.signal = signal;
  }

  /** Returns the name of the signal, without {@code SIG}. */
  public String signal() {
    return signal;
  }
}
