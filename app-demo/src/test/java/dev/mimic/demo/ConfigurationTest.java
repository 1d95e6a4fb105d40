package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

final class ConfigurationTest {
  @Test
  void configurationNamesWhatTheCommandWasBuiltFor() {
    assertThat(Configuration.NAME).isAnyOf("all", "unix-like", "inmemory");
  }
}
