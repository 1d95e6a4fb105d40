package dev.mimic.spring;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.FlowConnector;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A controller of Spring Boot, served by the listeners of a resolver. */
@Timeout(60)
class SpringBootTest {
  @TempDir private Path folder;

  /** The application. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Greetings.class)
  static class Application {
    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> onFlows(FlowListener listener) {
      return factory ->
          factory.addServerCustomizers(
              server ->
                  server.setConnectors(new Connector[] {new FlowConnector(server, listener)}));
    }
  }

  /** The controller. */
  @RestController
  static class Greetings {
    @GetMapping("/hello")
    String hello(HttpServletRequest request) {
      return "hello from " + request.getServerName();
    }

    @PostMapping("/length")
    String length(@RequestBody byte[] body) {
      return "length " + body.length;
    }

    @GetMapping("/files/**")
    String file(HttpServletRequest request) {
      return "file " + request.getRequestURI();
    }
  }

  private static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule(), new HttpModule())
        .getInstance(MimicResolver.class);
  }

  private static ConfigurableApplicationContext start(FlowListener listener) {
    SpringApplication application = new SpringApplication(Application.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setRegisterShutdownHook(false);
    application.addInitializers(
        context ->
            ((GenericApplicationContext) context)
                .registerBean(FlowListener.class, () -> listener));
    return application.run();
  }

  private static String said(MimicResolver resolver, String address, String request)
      throws IOException {
    try (Flow flow = resolver.resolve(address)) {
      flow.write(ISO_8859_1.encode(request));
      return new String(flow.inputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String get(String path) {
    return "GET %s HTTP/1.1\r\nHost: greeter\r\nConnection: close\r\n\r\n".formatted(path);
  }

  private static void assertServes(MimicResolver resolver, FlowListener listener)
      throws IOException {
    String address = listener.address();
    try (ConfigurableApplicationContext unused = start(listener)) {
      String answer = said(resolver, address, get("/hello"));
      assertThat(answer).startsWith("HTTP/1.1 200 ");
      assertThat(answer).contains("hello from greeter");
      String head =
          "POST /length HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n"
              + "Content-Type: application/octet-stream\r\n\r\n";
      assertThat(said(resolver, address, head + "x".repeat(100_000))).contains("length 100000");
      assertThat(said(resolver, address, get("/nothing"))).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void jetty_isTheOneOfSpringBoot() {
    assertThat(Server.getVersion()).startsWith("12.0.");
  }

  @Test
  void controller_isServedInMemory() throws Exception {
    MimicResolver resolver = resolver(new InMemoryModule(InMemoryNetwork.create()));
    assertServes(resolver, resolver.listen("http://greeter:80"));
  }

  @Test
  void controller_isServedOverTcp() throws Exception {
    MimicResolver resolver = resolver(new UnixLikeModule());
    assertServes(resolver, resolver.listen("http://localhost:0"));
  }

  @Test
  void controller_isServedOnASocketFile() throws Exception {
    MimicResolver resolver = resolver(new UnixLikeModule());
    assertServes(resolver, resolver.listen("unix:" + folder.resolve("socket")));
  }

  @Test
  void path_thatServletsCannotDecode_isRefusedByThem() throws Exception {
    MimicResolver resolver = resolver(new InMemoryModule(InMemoryNetwork.create()));
    FlowListener listener = resolver.listen("http://greeter:80");
    try (ConfigurableApplicationContext unused = start(listener)) {
      assertThat(said(resolver, "http://greeter:80", get("/files/100%25.txt")))
          .contains("file /files/100%25.txt");
      assertThat(said(resolver, "http://greeter:80", get("/files/@babel%2fcore")))
          .startsWith("HTTP/1.1 400 ");
      assertThat(said(resolver, "http://greeter:80", get("/files/a//b")))
          .startsWith("HTTP/1.1 400 ");
    }
  }
}
