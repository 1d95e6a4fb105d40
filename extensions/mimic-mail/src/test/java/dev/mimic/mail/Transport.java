package dev.mimic.mail;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.flow.TimeSource;
import dev.mimic.guice.MimicModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.util.List;

/** The network between client and server. */
enum Transport {
  MEMORY,
  TCP;

  MimicResolver resolver() {
    return resolver(TimeSource.system());
  }

  MimicResolver resolver(TimeSource time) {
    Module target =
        this == MEMORY ? new InMemoryModule(InMemoryNetwork.create(time)) : new UnixLikeModule();
    return Guice.createInjector(target, new TlsModule(), new MailModule(), new TimeModule(time))
        .getInstance(MimicResolver.class);
  }

  /** A module that binds the time source. */
  private static final class TimeModule extends MimicModule {
    private final TimeSource time;

    TimeModule(TimeSource time) {
      super(List.of(time));
      this.time = time;
    }

    @Override
    protected void contribute() {
      bindTimeSource(time);
    }
  }
}
