/**
 * The resolver, which turns an address that is known only at run time into a connected {@link
 * dev.mimic.flow.Flow}.
 *
 * <p>Applications start with {@link dev.mimic.MimicResolver}. A new kind of connection is a {@link
 * dev.mimic.Protocol}, a {@link dev.mimic.Scheme} and some {@link dev.mimic.Derivation}s. A new
 * deployment target is a {@link dev.mimic.Network}.
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
