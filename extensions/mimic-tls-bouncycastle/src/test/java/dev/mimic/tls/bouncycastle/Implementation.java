package dev.mimic.tls.bouncycastle;

import com.google.inject.Module;
import dev.mimic.tls.TlsModule;

/** The implementations of TLS that everything is shown with. */
enum Implementation {
  JSSE {
    @Override
    Module module() {
      return new TlsModule();
    }
  },

  BOUNCY_CASTLE {
    @Override
    Module module() {
      return new BouncyCastleTlsModule();
    }
  };

  abstract Module module();
}
