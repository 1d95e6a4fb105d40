package dev.mimic;

/**
 * A form of addresses that a module contributes. Thread-safe, without I/O.
 *
 * <p>It is asked for addresses without a known scheme, before they are taken as scp-like. The later
 * registered syntax is asked first.
 */
@FunctionalInterface
public interface AddressSyntax {

  /**
   * Returns the values of the address, including {@link Address#SCHEME}, or declines an address of
   * another form.
   *
   * @throws AddressException if the address has this form and is invalid
   */
  Verdict<Context> parse(String address) throws AddressException;
}
