/** Collects protocols, derivations and schemes from Guice modules into one resolver. */
module dev.mimic.guice {
  requires transitive dev.mimic;
  requires transitive com.google.guice;
  requires com.google.common;
  requires jakarta.inject;
  requires static org.jspecify;

  exports dev.mimic.guice;

  opens dev.mimic.guice to com.google.guice; // creates objects by reflection
}
