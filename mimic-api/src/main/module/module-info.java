/** Addresses, contexts, derivations, protocols and the resolver; flows, listeners and clocks. */
module dev.mimic {
  requires static org.jspecify;
  requires org.slf4j;

  exports dev.mimic;
  exports dev.mimic.flow;
}
