package dev.mimic.spring;

import dev.mimic.flow.FlowListener;
import dev.mimic.http.server.FlowConnector;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.server.Connector;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** An application that serves its controller on the listener in its context. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Greeter.Greetings.class)
class Greeter {
  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> flowConnector(FlowListener listener) {
    return factory ->
        factory.addServerCustomizers(
            server -> server.setConnectors(new Connector[] {new FlowConnector(server, listener)}));
  }

  /** A controller that answers with properties of the request. */
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
}
