package dev.mimic.spring;

import static com.google.common.truth.Truth.assertThat;

import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowListener;
import dev.mimic.guice.MimicModule;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Tests of a Spring Boot application on the listeners of a resolver. */
@Timeout(60)
class SpringBootTest {
  @TempDir private Path folder;

  private static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule(), new HttpModule(), new Certificates())
        .getInstance(MimicResolver.class);
  }

  private static final class Certificates extends MimicModule {
    @Override
    protected void contribute() {
      TestAuthority authority = TestAuthority.create();
      TestCertificate own = authority.certificate("localhost");
      bindValue(Tls.IDENTITY, TlsIdentity.of(own.privateKey(), own.chain()));
      bindValue(Tls.TRUST, TlsTrust.of(authority.root()));
    }
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

  /** Sends a request and returns the status and the body of the response. */
  private static String exchange(OkHttpClient client, Request.Builder request) throws IOException {
    try (Response response = client.newCall(request.build()).execute()) {
      return response.code() + " " + response.body().string();
    }
  }

  private static OkHttpClient client(MimicResolver resolver, FlowListener listener) {
    return listener.address().startsWith("unix:")
        ? Http.clientOver(resolver, listener.address()).build()
        : Http.client(resolver).build();
  }

  private static void assertServes(MimicResolver resolver, FlowListener listener)
      throws IOException {
    OkHttpClient client = client(resolver, listener);
    String address = listener.address();
    String url = address.startsWith("unix:") ? "http://greeter" : address;
    try (ConfigurableApplicationContext application = start(listener)) {
      assertThat(application.isRunning()).isTrue();
      assertThat(exchange(client, new Request.Builder().url(url + "/hello")))
          .isEqualTo("200 hello from " + HttpUrl.get(url).host());
      RequestBody body =
          RequestBody.create(new byte[100_000], MediaType.get("application/octet-stream"));
      assertThat(exchange(client, new Request.Builder().url(url + "/length").post(body)))
          .isEqualTo("200 length 100000");
      assertThat(exchange(client, new Request.Builder().url(url + "/nothing"))).startsWith("404 ");
      Http.close(client);
    }
  }

  @Test
  void jetty_hasVersionOfSpringBoot() {
    assertThat(Server.getVersion()).startsWith("12.0.");
  }

  @Test
  void controller_inMemory_isServed() throws Exception {
    MimicResolver resolver = resolver(new InMemoryModule(InMemoryNetwork.create()));
    assertServes(resolver, resolver.listen("http://greeter:80"));
  }

  @Test
  void controller_overTcp_isServed() throws Exception {
    MimicResolver resolver = resolver(new UnixLikeModule());
    assertServes(resolver, resolver.listen("http://localhost:0"));
  }

  @Test
  void controller_onUnixSocket_isServed() throws Exception {
    MimicResolver resolver = resolver(new UnixLikeModule());
    assertServes(resolver, resolver.listen("unix:" + folder.resolve("socket")));
  }

  @Test
  void controller_overTls_isServed() throws Exception {
    MimicResolver resolver = resolver(new UnixLikeModule());
    assertServes(resolver, resolver.with(Http.OFFERED).listen("https://localhost:0"));
  }

  @Test
  void path_inController_isNotDecoded() throws Exception {
    MimicResolver resolver = resolver(new InMemoryModule(InMemoryNetwork.create()));
    FlowListener listener = resolver.listen("http://greeter:80");
    OkHttpClient client = client(resolver, listener);
    try (ConfigurableApplicationContext application = start(listener)) {
      assertThat(application.isRunning()).isTrue();
      for (String path : List.of("/files/100%25.txt", "/files/@babel%2fcore", "/files/a//b")) {
        assertThat(exchange(client, new Request.Builder().url("http://greeter" + path)))
            .isEqualTo("200 file " + path);
      }
      Http.close(client);
    }
  }
}
