package com.example;

import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.guice.MimicModule;
import java.io.IOException;

/** Returns a connection only after the server has answered ping with the expected word. */
final class Checked implements Protocol<Checked.Endpoint> {
  static final Key<Endpoint> ENDPOINT = Key.of("checked.endpoint");

  /** The answer of the server. Defaults to pong. */
  static final Key<String> ANSWER = Key.of("checked.answer");

  record Endpoint(Network network, HostPort at, String answer) {}

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
    return deadline.guard(flow, it -> check(it, endpoint.answer() + "\n"));
  }

  private static Flow check(Flow flow, String expected) throws IOException {
    flow.write(US_ASCII.encode("ping\n"));
    String answer = new String(flow.inputStream().readNBytes(expected.length()), US_ASCII);
    if (!answer.equals(expected)) {
      throw new IOException("the server did not answer ping with " + expected.strip());
    }
    return flow;
  }

  private static Derivation<Endpoint> derivation() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
    Input<Network> network = endpoint.input(required(Network.KEY));
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(required(Address.PORT));
    Input<String> answer = endpoint.input(withDefault(ANSWER, "pong"));
    return endpoint.build(
        in ->
            Verdict.of(
                new Endpoint(
                    in.get(network), new HostPort(in.get(host), in.get(port)), in.get(answer))));
  }

  /** Contributes the protocol, its scheme, and the derivation of its endpoint. */
  static final class Module extends MimicModule {
    @Override
    protected void contribute() {
      bindProtocol(new Checked());
      bindScheme(Scheme.of("checked", ENDPOINT));
      bindDerivation(derivation());
    }
  }
}
