/**
 * TLS over any flow.
 *
 * <p>Start with {@link dev.mimic.tls.TlsModule}, which contributes the scheme {@code tls}, and
 * {@link dev.mimic.tls.Tls}, the values that say how it is spoken. {@link dev.mimic.tls.TlsFlow} is
 * the flow: its records come in by {@code TlsInput}, are read by {@code TlsReader}, and go out by
 * {@code TlsOutput}.
 */
@NullMarked
package dev.mimic.tls;

import org.jspecify.annotations.NullMarked;
