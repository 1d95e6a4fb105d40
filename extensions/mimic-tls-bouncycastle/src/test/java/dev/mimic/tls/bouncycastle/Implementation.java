package dev.mimic.tls.bouncycastle;

import com.google.inject.Module;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsVersion;

/** The implementations of TLS under test. */
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

  /** Returns whether this implementation resumes sessions of a version. */
  boolean resumes(TlsVersion version) {
    return this == JSSE || version == TlsVersion.TLS_1_2;
  }
}
