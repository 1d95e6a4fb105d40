package dev.mimic;

import java.util.Map;
import java.util.Optional;

/** Thrown when no protocol of the resolver serves the scheme of an address. */
public final class UnknownSchemeException extends AddressException {
  private static final String TARGETS =
      "UnixLikeModule of mimic-unix-like or InMemoryModule of mimic-inmemory";

  /**
   * The schemes of Mimic's own modules, each with the module that serves it. A message can name a
   * module that is not on the class path.
   */
  static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("git", "GitModule of mimic-git"),
          Map.entry("http", "HttpModule of mimic-http"),
          Map.entry("https", "HttpModule of mimic-http"),
          Map.entry("smtp", "MailModule of mimic-mail"),
          Map.entry("smtps", "MailModule of mimic-mail"),
          Map.entry("ssh", "SshModule of mimic-ssh"),
          Map.entry("submission", "MailModule of mimic-mail"),
          Map.entry("tcp", TARGETS),
          Map.entry("tls", "TlsModule of mimic-tls"),
          Map.entry("unix", "UnixLikeModule of mimic-unix-like"));

  /** Creates an exception. The message must show no password. */
  public UnknownSchemeException(String message) {
    super(message);
  }

  /** Returns the remedy for a scheme of Mimic's own modules, which is in lower case. */
  static Optional<String> remedy(String scheme) {
    return Optional.ofNullable(MODULES.get(scheme))
        .map(module -> "\"%s\" is served by %s".formatted(scheme, module));
  }
}
