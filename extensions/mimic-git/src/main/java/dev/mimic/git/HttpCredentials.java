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
 * A user and a password, for one server: whoever is redirected to another one gives nothing.
 *
 * <p>A user without a password has an empty one: there is nobody to ask, and a token is often
 * written so.
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

  /** Takes them from the address, or else from the context. */
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

  /** Returns what a server has said without what it was sent, should it repeat that. */
  String scrub(String said) {
    return secrets.hideIn(said);
  }

  /** Returns whether there is something to give. */
  boolean isPresent() {
    return credentials != null;
  }

  /** Returns whether this URL is of the only server that they are for. */
  boolean areFor(HttpUrl url) {
    return url.scheme().equals(origin.scheme())
        && url.host().equals(origin.host())
        && url.port() == origin.port();
  }

  /** Returns the field that shows them by the Basic scheme (RFC 7617), if there are any. */
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

  /** Gives nothing any more: they were refused, and would be again. */
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
