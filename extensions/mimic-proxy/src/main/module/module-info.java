/** Networks that are reached through a proxy: SOCKS5 and HTTP CONNECT. */
module dev.mimic.proxy {
  requires transitive dev.mimic;
  requires com.google.common;
  requires static org.jspecify;

  exports dev.mimic.proxy;
}
