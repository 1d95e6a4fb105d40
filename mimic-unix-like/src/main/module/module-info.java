/** Deployment target: the host's own network. */
module dev.mimic.unix {
  requires transitive dev.mimic.guice;
  requires static org.jspecify;

  exports dev.mimic.unix;

  opens dev.mimic.unix to com.google.guice; // creates objects by reflection
}
