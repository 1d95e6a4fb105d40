/** The contract of flows and listeners as tests for your own implementations, and certificates for tests. */
module dev.mimic.testkit {
  requires transitive dev.mimic;
  requires transitive org.junit.jupiter.api;
  requires org.junit.platform.commons;
  requires truth;
  requires okhttp3.tls;
  requires static org.jspecify;

  exports dev.mimic.testkit;
}
