package dev.mimic.mail;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;

/**
 * The protocol of SMTP sessions (RFC 5321) over the deployment's network. Its flows are encrypted,
 * and logged in if a user is given. The server expects {@code MAIL FROM} next.
 */
final class SmtpProtocol implements Protocol<SmtpProtocol.Endpoint> {
  static final Key<Endpoint> ENDPOINT = Key.of("smtp.endpoint");

  /** A mail server and the settings for a session with it. */
  record Endpoint(
      Network network,
      HostPort at,
      SmtpScheme scheme,
      TlsClient tls,
      SmtpLogin login,
      Optional<String> name) {}

  static Derivation<Endpoint> derivation() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
    Input<String> scheme = endpoint.input(required(Address.SCHEME));
    Input<Network> network = endpoint.input(required(Network.KEY));
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(required(Address.PORT));
    Input<TlsClient> tls = endpoint.input(required(Tls.CLIENT));
    Input<Optional<String>> user = endpoint.input(optional(Address.USER));
    Input<Optional<String>> password = endpoint.input(optional(Address.PASSWORD));
    Input<Optional<String>> name = endpoint.input(optional(Mail.NAME));
    return endpoint.build(
        in ->
            SmtpScheme.find(in.get(scheme))
                .map(
                    found ->
                        new Endpoint(
                            in.get(network),
                            new HostPort(in.get(host), in.get(port)),
                            found,
                            in.get(tls),
                            new SmtpLogin(in.get(user), in.get(password)),
                            in.get(name)))
                .<Verdict<Endpoint>>map(Verdict::of)
                .orElseGet(() -> Verdict.decline("the scheme is not a mail scheme")));
  }

  @Override
  public String name() {
    return "smtp";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  /** Returns true: TLS is required. */
  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public String describe(Endpoint endpoint) {
    return "smtp(tls(" + endpoint.network().describe(endpoint.at()) + "))";
  }

  @Override
  public Flow connect(Endpoint to, Deadline deadline) throws IOException {
    to.login().requireComplete();
    if (to.name().isPresent()) {
      ClientName.require(to.name().get());
    }
    Flow clear = to.network().connect(to.at(), deadline);
    Flow below =
        to.scheme().beginsWithTls() ? Tls.upgrade(clear, to.tls(), to.at(), deadline) : clear;
    SmtpSession session = SmtpSession.of(to, below, deadline);
    try {
      return deadline.guard(
          below,
          flow -> {
            session.start();
            return new SmtpFlow(session, deadline);
          });
    } catch (SocketTimeoutException e) {
      throw session.explain(e);
    }
  }
}
