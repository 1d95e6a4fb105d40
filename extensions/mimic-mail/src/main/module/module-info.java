/** A mail client over any flow: SMTP, always over TLS. */
module dev.mimic.mail {
  requires transitive dev.mimic.tls;
  requires dev.mimic.sockets;
  requires com.google.common;
  requires jakarta.activation;
  requires jakarta.inject;
  requires jakarta.mail;
  requires org.eclipse.angus.mail;
  requires static org.jspecify;

  exports dev.mimic.mail;

  opens dev.mimic.mail to com.google.guice; // creates objects by reflection
}
