package com.example;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.guice.Deployment;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;

/** Connects to an address, and prints the layers of the connection. */
final class PlainProgram {
  private PlainProgram() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Deployment.of("prod", new UnixLikeModule(), new TlsModule()).resolver();
    try (Flow flow = resolver.resolve(args[0])) {
      System.out.println(flow.info());
    }
  }
}
