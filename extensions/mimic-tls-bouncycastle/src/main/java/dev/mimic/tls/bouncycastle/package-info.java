/**
 * TLS by Bouncy Castle, in place of the JDK: {@link
 * dev.mimic.tls.bouncycastle.BouncyCastleTlsModule} stands where {@code TlsModule} stood.
 */
@NullMarked
package dev.mimic.tls.bouncycastle;

import org.jspecify.annotations.NullMarked;
