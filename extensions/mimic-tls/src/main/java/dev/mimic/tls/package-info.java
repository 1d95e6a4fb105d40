/**
 * TLS over any flow.
 *
 * <p>Start with {@link dev.mimic.tls.TlsModule}, which contributes the scheme {@code tls}, and with
 * {@link dev.mimic.tls.Tls}, which holds the configuration keys. {@link dev.mimic.tls.TlsFlow} is
 * the flow. {@code TlsInput} receives and decrypts its records, {@code TlsReader} returns their
 * data, and {@code TlsOutput} encrypts and sends records.
 */
@NullMarked
package dev.mimic.tls;

import org.jspecify.annotations.NullMarked;
