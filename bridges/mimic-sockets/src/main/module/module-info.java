/** The bridge to java.net.Socket: existing clients and servers over any flow. */
module dev.mimic.sockets {
  requires transitive dev.mimic;
  requires com.google.common;
  requires jdk.net;
  requires static org.jspecify;

  exports dev.mimic.sockets;
}
