/**
 * HTTP clients over the flows of a resolver. Start with {@link dev.mimic.http.Http}, which
 * configures clients of OkHttp. {@link dev.mimic.http.HttpModule} contributes the schemes {@code
 * http} and {@code https}.
 *
 * <p>{@code TlsSocketFactory} connects OkHttp to the resolver's TLS. {@code ExchangeChecks} and
 * {@code CallFailures} correct behaviour of OkHttp.
 */
@NullMarked
package dev.mimic.http;

import org.jspecify.annotations.NullMarked;
