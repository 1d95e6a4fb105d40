package dev.mimic;

/**
 * One more way to write an address, contributed by a module. Thread-safe, without I/O.
 *
 * <p>Asked after addresses that begin with a known scheme, and before scp-like ones; the later
 * registered first.
 */
@FunctionalInterface
public interface AddressSyntax {

  /**
   * Returns the values that the address stands for, {@link Address#SCHEME} among them, or declines
   * an address of another form.
   *
   * @throws AddressException if the address is of this form, and is wrong
   */
  Verdict<Context> parse(String address) throws AddressException;
}
