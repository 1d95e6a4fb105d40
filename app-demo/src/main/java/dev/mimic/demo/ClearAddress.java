package dev.mimic.demo;

import dev.mimic.MimicResolver;
import dev.mimic.tls.TlsProtocol;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses what is said of TLS where none is spoken: somebody counts on it. */
final class ClearAddress {
  private ClearAddress() {}

  static void refuse(String options, String address, MimicResolver resolver, CommandSpec command) {
    String scheme =
        address.substring(0, Math.max(0, address.indexOf(':'))).toLowerCase(Locale.ROOT);
    boolean isClear =
        resolver.inventory().schemes().stream()
            .map(each -> each.scheme())
            .anyMatch(each -> each.name().equals(scheme) && each.carrier() != TlsProtocol.ENDPOINT);
    if (isClear) {
      throw new ParameterException(
          command.commandLine(),
          "%s are for TLS, which %s: addresses do not speak".formatted(options, scheme));
    }
  }
}
