package dev.mimic.mail;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
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
 * A conversation of SMTP (RFC 5321) on whatever network the deployment has. Its flow is encrypted,
 * and logged in if there is a user: the server waits for {@code MAIL FROM}.
 */
final class SmtpProtocol implements Protocol<SmtpProtocol.Endpoint> {
  static final Key<Endpoint> ENDPOINT = Key.of("smtp.endpoint");

  /** A mail server, and how to speak to it. */
  record Endpoint(
      Network network,
      HostPort at,
      SmtpScheme scheme,
      TlsClient tls,
      SmtpLogin login,
      Optional<String> name) {}

  static Derivation<Endpoint> derivation() {
    return Derivation.of(
        ENDPOINT,
        required(Address.SCHEME),
        required(Network.KEY),
        required(Address.HOST),
        required(Address.PORT),
        required(Tls.CLIENT),
        optional(Address.USER),
        optional(Address.PASSWORD),
        optional(Mail.NAME),
        (scheme, network, host, port, tls, user, password, name) ->
            SmtpScheme.find(scheme)
                .map(
                    found ->
                        new Endpoint(
                            network,
                            new HostPort(host, port),
                            found,
                            tls,
                            new SmtpLogin(user, password),
                            name))
                .<Verdict<Endpoint>>map(Verdict::of)
                .orElseGet(() -> Verdict.decline("the scheme is none of mail")));
  }

  @Override
  public String name() {
    return "smtp";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  /** Returns true: without TLS nothing is sent. */
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
    to.login().requireWhole();
    if (to.name().isPresent()) {
      SmtpName.require(to.name().get());
    }
    Flow clear = to.network().connect(to.at(), deadline);
    Flow below =
        to.scheme().beginsWithTls() ? Tls.upgrade(clear, to.tls(), to.at(), deadline) : clear;
    SmtpConversation conversation = SmtpConversation.of(to, below, deadline);
    try {
      return deadline.bound(
          below,
          flow -> {
            conversation.begin();
            return new SmtpFlow(conversation, deadline);
          });
    } catch (SocketTimeoutException e) {
      throw conversation.silent(e);
    }
  }
}
