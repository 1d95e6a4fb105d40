package dev.mimic.inmemory;

/** The ways in which the look-up of a name can fail. */
public enum NameFailure {
  /** The name does not exist: {@link java.net.UnknownHostException} at once. */
  UNKNOWN,
  /**
   * The name server reports a failure of its own: {@link java.net.UnknownHostException} at once.
   */
  SERVER_FAILURE,
  /**
   * No name server answers: {@link java.net.UnknownHostException} after ten seconds of the
   * network's clock, as with two attempts of five seconds of a system's resolver; or the caller's
   * deadline.
   */
  TIMEOUT
}
