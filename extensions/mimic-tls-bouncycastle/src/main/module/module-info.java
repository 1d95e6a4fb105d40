/** TLS by Bouncy Castle, in place of the JDK. */
module dev.mimic.tls.bouncycastle {
  requires transitive dev.mimic.tls;
  requires org.bouncycastle.provider;
  requires org.bouncycastle.tls;
  requires static org.jspecify;

  exports dev.mimic.tls.bouncycastle;

  opens dev.mimic.tls.bouncycastle to com.google.guice; // creates objects by reflection
}
