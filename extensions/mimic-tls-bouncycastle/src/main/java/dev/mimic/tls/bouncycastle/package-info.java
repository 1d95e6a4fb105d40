/**
 * TLS by Bouncy Castle in place of the JDK. Install {@link
 * dev.mimic.tls.bouncycastle.BouncyCastleTlsModule} in place of {@code TlsModule}.
 */
@NullMarked
package dev.mimic.tls.bouncycastle;

import org.jspecify.annotations.NullMarked;
