package dev.mimic.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

/**
 * An exception for a peer's certificate that was refused. Its message is a sentence with the
 * reason, the same for every provider of TLS. Its cause is the exception of the provider.
 */
final class RefusedCertificateException extends CertificateException {
  RefusedCertificateException(String sentence, CertificateException cause) {
    super(sentence, pathFailure(cause));
  }

  /** Returns the cause by which the JDK chooses the alert for the peer, if there is one. */
  private static Throwable pathFailure(CertificateException refusal) {
    return refusal.getCause() instanceof CertPathValidatorException failure ? failure : refusal;
  }
}
