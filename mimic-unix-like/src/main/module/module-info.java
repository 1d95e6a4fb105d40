/** Deployment target: the host's own network. */
module dev.mimic.unix {
  requires transitive dev.mimic.guice;
  requires static org.jspecify;

  exports dev.mimic.unix;
}
