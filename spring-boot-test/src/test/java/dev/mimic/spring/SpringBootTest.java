package dev.mimic.spring;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A controller of Spring Boot, served by the listeners of a resolver. */
@Timeout(60)
class SpringBootTest {
  private static final String TYPE = "Content-Type: application/octet-stream\r\n";

  @TempDir private Path folder;

  private static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule(), new HttpModule())
        .getInstance(MimicResolver.class);
  }

  private static ConfigurableApplicationContext start(FlowListener listener) {
    SpringApplication application = new SpringApplication(Greeter.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setRegisterShutdownHook(false);
    application.addInitializers(
        context ->
            ((GenericApplicationContext) context).registerBean(FlowListener.class, () -> listener));
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
    try (ConfigurableApplicationContext application = start(listener)) {
      assertThat(application.isRunning()).isTrue();
      String answer = said(resolver, address, get("/hello"));
      assertThat(answer).startsWith("HTTP/1.1 200 ");
      assertThat(answer).contains("hello from greeter");
      String fields = "Host: a\r\nConnection: close\r\nContent-Length: 100000\r\n";
      String head = "POST /length HTTP/1.1\r\n" + fields + TYPE + "\r\n";
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
  void path_isSeenUndecoded_byTheController() throws Exception {
    MimicResolver resolver = resolver(new InMemoryModule(InMemoryNetwork.create()));
    FlowListener listener = resolver.listen("http://greeter:80");
    try (ConfigurableApplicationContext application = start(listener)) {
      assertThat(application.isRunning()).isTrue();
      assertThat(said(resolver, "http://greeter:80", get("/files/100%25.txt")))
          .contains("file /files/100%25.txt");
      assertThat(said(resolver, "http://greeter:80", get("/files/@babel%2fcore")))
          .contains("file /files/@babel%2fcore");
      assertThat(said(resolver, "http://greeter:80", get("/files/a//b")))
          .contains("file /files/a//b");
    }
  }
}
