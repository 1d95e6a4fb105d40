package com.example;

import static dev.mimic.Derivation.required;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.guice.MimicModule;
import java.io.IOException;

/** Returns a connection only after the server has answered ping with pong. */
final class Checked implements Protocol<Checked.Endpoint> {
  static final Key<Endpoint> ENDPOINT = Key.of("checked.endpoint");

  record Endpoint(Network network, HostPort at) {}

  @Override
  public String name() {
    return "checked";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public String describe(Endpoint endpoint) {
    return "checked(" + endpoint.network().describe(endpoint.at()) + ")";
  }

  @Override
  public Flow connect(Endpoint endpoint, Deadline deadline) throws IOException {
    Flow flow = endpoint.network().connect(endpoint.at(), deadline);
    return deadline.bound(flow, Checked::check);
  }

  private static Flow check(Flow flow) throws IOException {
    flow.write(US_ASCII.encode("ping\n"));
    String answer = new String(flow.inputStream().readNBytes(5), US_ASCII);
    if (!answer.equals("pong\n")) {
      throw new IOException("the server did not answer ping with pong");
    }
    return flow;
  }

  /** Contributes the protocol, its scheme, and the derivation of its endpoint. */
  static final class Module extends MimicModule {
    @Override
    protected void contribute() {
      bindProtocol(new Checked());
      bindScheme(Scheme.of("checked", ENDPOINT));
      bindDerivation(
          Derivation.of(
              ENDPOINT,
              required(Network.KEY),
              required(Address.HOST),
              required(Address.PORT),
              (network, host, port) ->
                  Verdict.of(new Endpoint(network, new HostPort(host, port)))));
    }
  }
}
