/**
 * Proxies as hops of a network: {@link dev.mimic.proxy.Socks5Proxy} and {@link
 * dev.mimic.proxy.HttpProxy}. Start with either; a context or a module gives them as {@link
 * dev.mimic.Network#HOPS}, and every scheme then runs through them.
 */
@NullMarked
package dev.mimic.proxy;

import org.jspecify.annotations.NullMarked;
