package dev.mimic.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

/**
 * A peer's certificate was refused: the message is a sentence that says why, the same for every
 * provider of TLS; the cause is what the provider said.
 */
final class RefusedCertificateException extends CertificateException {
  RefusedCertificateException(String sentence, CertificateException cause) {
    super(sentence, pathFailure(cause));
  }

  /** Returns what the JDK chooses the alert for the peer by, if it is there. */
  private static Throwable pathFailure(CertificateException refusal) {
    return refusal.getCause() instanceof CertPathValidatorException failure ? failure : refusal;
  }
}
