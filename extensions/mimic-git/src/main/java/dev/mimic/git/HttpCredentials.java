package dev.mimic.git;

import dev.mimic.Address;
import dev.mimic.Context;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.jspecify.annotations.Nullable;

/** A user and a password, for one server: who is sent to another one by it gets nothing. */
final class HttpCredentials extends CredentialsProvider {
  private final URIish server;
  private @Nullable CredentialsProvider credentials;

  private HttpCredentials(URIish server, @Nullable CredentialsProvider credentials) {
    this.server = server;
    this.credentials = credentials;
  }

  /** Takes them from the address, or else from the context. */
  static HttpCredentials of(URIish server, Context context) {
    Optional<String> user =
        Optional.ofNullable(server.getUser()).or(() -> context.get(Address.USER));
    Optional<String> password =
        Optional.ofNullable(server.getPass()).or(() -> context.get(Address.PASSWORD));
    return new HttpCredentials(
        server,
        user.isPresent() && password.isPresent()
            ? new UsernamePasswordCredentialsProvider(user.orElseThrow(), password.orElseThrow())
            : null);
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
