/** SSH over any flow: commands, and hosts behind a jump host. */
module dev.mimic.ssh {
  requires transitive dev.mimic.guice;
  requires com.jcraft.jsch;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.mimic.ssh;

  opens dev.mimic.ssh to com.google.guice; // creates objects by reflection
}
