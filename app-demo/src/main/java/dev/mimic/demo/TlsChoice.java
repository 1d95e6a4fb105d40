package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.bouncycastle.BouncyCastleTlsModule;

/** A TLS provider of the command. Each is another module, and nothing else changes. */
enum TlsChoice {
  jsse {
    @Override
    Module module() {
      return new TlsModule();
    }
  },

  bouncycastle {
    @Override
    Module module() {
      return new BouncyCastleTlsModule();
    }
  };

  abstract Module module();
}
