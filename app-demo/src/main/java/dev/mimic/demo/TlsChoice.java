package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.bouncycastle.BouncyCastleTlsModule;

/** Who speaks TLS. To choose is to take another module, and nothing else changes. */
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
