package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.Secrets;
import java.util.List;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * A user and a password for one server. After a redirect to another server, they are not sent.
 *
 * <p>A user without a password gets an empty one, because a token is often given as a user alone.
 */
final class HttpCredentials extends CredentialsProvider {
  private final URIish server;
  private final HttpUrl origin;
  private final Secrets secrets;
  private final Optional<String> basic;
  private @Nullable CredentialsProvider credentials;

  private HttpCredentials(
      GitAddress at,
      Secrets secrets,
      Optional<String> basic,
      @Nullable CredentialsProvider credentials) {
    this.server = at.uri();
    this.origin = HttpUrl.get(at.server().scheme() + "://" + at.server().hostAndPort());
    this.secrets = secrets;
    this.basic = basic;
    this.credentials = credentials;
  }

  /** Returns the credentials of an address, or else those of a context. */
  static HttpCredentials of(GitAddress at, Context context) {
    Optional<String> user = at.server().user().or(() -> context.get(Address.USER));
    Optional<String> password = at.server().password().or(() -> context.get(Address.PASSWORD));
    if (user.isEmpty()) {
      Secrets secrets = Secrets.of(password.stream().toList());
      return new HttpCredentials(at, secrets, Optional.empty(), null);
    }
    String name = user.orElseThrow();
    String word = password.orElse("");
    Secrets secrets =
        word.isEmpty() ? Secrets.of(List.of(name)) : Secrets.of(List.of()).withLogin(name, word);
    return new HttpCredentials(
        at,
        secrets,
        Optional.of(Credentials.basic(name, word, UTF_8)),
        new UsernamePasswordCredentialsProvider(name, word));
  }

  /** Removes the credentials from a text of the server. */
  String scrub(String text) {
    return secrets.hideIn(text);
  }

  /** Returns whether there are credentials that were not refused. */
  boolean isPresent() {
    return credentials != null;
  }

  /** Returns whether a URL belongs to the only server that may receive the credentials. */
  boolean matches(HttpUrl url) {
    return url.scheme().equals(origin.scheme())
        && url.host().equals(origin.host())
        && url.port() == origin.port();
  }

  /** Returns the Authorization field of the Basic scheme (RFC 7617), if there are credentials. */
  Optional<String> basic() {
    return basic;
  }

  @Override
  public boolean isInteractive() {
    return false;
  }

  @Override
  public boolean supports(CredentialItem... items) {
    return credentials != null && credentials.supports(items);
  }

  @Override
  public boolean get(URIish uri, CredentialItem... items) {
    return credentials != null && isOurs(uri) && credentials.get(uri, items);
  }

  /** Discards the credentials, since the server has refused them. */
  @Override
  public void reset(URIish uri) {
    credentials = null;
  }

  private boolean isOurs(URIish uri) {
    return server.getScheme().equals(uri.getScheme())
        && server.getHost().equals(uri.getHost())
        && server.getPort() == uri.getPort();
  }
}
