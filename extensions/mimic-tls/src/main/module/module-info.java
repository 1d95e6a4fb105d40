/** TLS over any flow. */
module dev.mimic.tls {
  requires transitive dev.mimic.guice;
  requires jakarta.inject;
  requires static org.jspecify;

  exports dev.mimic.tls;

  opens dev.mimic.tls to com.google.guice; // creates objects by reflection
}
