package com.example;

import dev.mimic.MimicResolver;
import dev.mimic.guice.Deployment;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The network of production: the host's. */
@Configuration(proxyBeanMethods = false)
class NetworkConfiguration {

  @Bean
  MimicResolver resolver() {
    return Deployment.of("prod", new UnixLikeModule(), new TlsModule()).resolver();
  }
}
