package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Address;
import dev.mimic.Context;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
  private final List<String> secrets;
  private final Optional<String> basic;
  private @Nullable CredentialsProvider credentials;

  private HttpCredentials(
      GitAddress at,
      List<String> secrets,
      Optional<String> basic,
      @Nullable CredentialsProvider credentials) {
    this.server = at.uri();
    this.origin = HttpUrl.get(at.server().scheme() + "://" + at.server().hostAndPort());
    this.secrets = List.copyOf(secrets);
    this.basic = basic;
    this.credentials = credentials;
  }

  /** Takes them from the address, or else from the context. */
  static HttpCredentials of(GitAddress at, Context context) {
    Optional<String> user = at.server().user().or(() -> context.get(Address.USER));
    Optional<String> password = at.server().password().or(() -> context.get(Address.PASSWORD));
    if (user.isEmpty()) {
      return new HttpCredentials(at, password.stream().toList(), Optional.empty(), null);
    }
    String both = user.orElseThrow() + ":" + password.orElse("");
    String encoded = Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
    List<String> secrets = new ArrayList<>(password.stream().toList());
    secrets.add(encoded);
    if (password.orElse("").isEmpty()) {
      secrets.add(user.orElseThrow()); // a token
    }
    return new HttpCredentials(
        at,
        secrets,
        Optional.of("Basic " + encoded),
        new UsernamePasswordCredentialsProvider(user.orElseThrow(), password.orElse("")));
  }

  /** Returns what a server has said without what it was sent, should it repeat that. */
  String scrub(String said) {
    return GitAddress.hide(said, secrets);
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
