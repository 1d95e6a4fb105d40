/** Deployment target: a network that lives in memory. */
module dev.mimic.inmemory {
  requires transitive dev.mimic.guice;
  requires static org.jspecify;

  exports dev.mimic.inmemory;

  opens dev.mimic.inmemory to com.google.guice; // creates objects by reflection
}
