package dev.mimic.mail;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;

/** What is under client and server. */
enum Net {
  MEMORY,
  TCP;

  MimicResolver resolver() {
    Module target =
        this == MEMORY ? new InMemoryModule(InMemoryNetwork.create()) : new UnixLikeModule();
    return Guice.createInjector(target, new TlsModule(), new MailModule())
        .getInstance(MimicResolver.class);
  }
}
