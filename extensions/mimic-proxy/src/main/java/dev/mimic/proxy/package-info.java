/**
 * Proxies as hops of a network. Start with {@link dev.mimic.proxy.Socks5Proxy} or {@link
 * dev.mimic.proxy.HttpProxy}. Set it as {@link dev.mimic.Network#HOPS} in a context or a module,
 * and connections of every scheme go through it.
 */
@NullMarked
package dev.mimic.proxy;

import org.jspecify.annotations.NullMarked;
