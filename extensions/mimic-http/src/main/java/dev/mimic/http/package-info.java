/**
 * HTTP clients over the flows that a resolver gives. Start with {@link dev.mimic.http.Http}, whose
 * clients are OkHttp's; {@link dev.mimic.http.HttpModule} contributes the schemes {@code http} and
 * {@code https}.
 *
 * <p>{@code TlsSocketFactory} is where OkHttp meets the resolver's TLS; {@code ExchangeChecks} and
 * {@code CallFailures} mend what OkHttp lets pass.
 */
@NullMarked
package dev.mimic.http;

import org.jspecify.annotations.NullMarked;
