/**
 * An address that is known only at run time becomes a connected {@link dev.mimic.Flow}.
 *
 * <p>Start with {@link dev.mimic.MimicResolver}, which is all that an application sees, and {@link
 * dev.mimic.Flow}, which is what it gets. Who adds a kind of connection reads {@link
 * dev.mimic.Protocol}, {@link dev.mimic.Scheme} and {@link dev.mimic.Derivation}; who adds a
 * deployment target reads {@link dev.mimic.Network}.
 *
 * <p>How a resolution goes: an address is parsed into a {@link dev.mimic.Context} of typed values;
 * the scheme names the one protocol that carries it; that protocol's endpoint is derived from the
 * context; the protocol connects.
 *
 * <p>Nothing here knows a transport, and nothing is global: two resolvers share nothing.
 */
@NullMarked
package dev.mimic;

import org.jspecify.annotations.NullMarked;
