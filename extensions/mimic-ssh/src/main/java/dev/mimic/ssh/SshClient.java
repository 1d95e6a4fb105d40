package dev.mimic.ssh;

import static java.util.Objects.requireNonNull;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a client speaks SSH: whom it trusts, and who it is. Immutable; prints no secret.
 *
 * <p>A host whose key is not known, or is another than the known one, is refused.
 */
public final class SshClient {
  private final SshKnownHosts knownHosts;
  private final Optional<List<SshKey>> keys;
  private final Optional<String> password;
  private final Duration keepAlive;
  private final Optional<OutputStream> standardError;

  private SshClient(Builder builder) {
    this.knownHosts = builder.knownHosts;
    this.keys = builder.keys;
    this.password = builder.password;
    this.keepAlive = builder.keepAlive;
    this.standardError = builder.standardError;
  }

  /** Returns a builder of a client that knows and has what the user does. */
  public static Builder builder() {
    return new Builder();
  }

  SshKnownHosts knownHosts() {
    return knownHosts;
  }

  /** Returns the keys to show, those of the user if none were given. */
  List<SshKey> keys() {
    return keys.orElseGet(SshKey::ofUser);
  }

  Optional<String> password() {
    return password;
  }

  Duration keepAlive() {
    return keepAlive;
  }

  Optional<OutputStream> standardError() {
    return standardError;
  }

  /** Returns what it trusts and shows, for plans. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("knows ").append(knownHosts).append(", shows ");
    text.append(
        keys.map(list -> list.stream().map(SshKey::toString).collect(Collectors.joining(" and ")))
            .map(shown -> shown.isEmpty() ? "no key" : shown)
            .orElse("the user's keys"));
    if (password.isPresent()) {
      text.append(" and a password");
    }
    return text.toString();
  }

  /** Makes a {@link SshClient}. */
  public static final class Builder {
    static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private SshKnownHosts knownHosts = SshKnownHosts.ofUser();
    private Optional<List<SshKey>> keys = Optional.empty();
    private Optional<String> password = Optional.empty();
    private Duration keepAlive = KEEP_ALIVE;
    private Optional<OutputStream> standardError = Optional.empty();

    private Builder() {}

    /** Sets the keys of hosts, in place of the user's. */
    public Builder knownHosts(SshKnownHosts knownHosts) {
      this.knownHosts = requireNonNull(knownHosts, "knownHosts");
      return this;
    }

    /** Sets the keys to show, in order, in place of the user's; perhaps none. */
    public Builder keys(List<SshKey> keys) {
      this.keys = Optional.of(List.copyOf(keys));
      return this;
    }

    /** Sets the password, which is also the answer to a server that asks for one in a dialogue. */
    public Builder password(String password) {
      this.password = Optional.of(password);
      return this;
    }

    /**
     * Sets how long a server may be silent before it is asked for a sign of life. After three times
     * of that it is taken for gone.
     *
     * @param every zero never asks
     */
    public Builder keepAlive(Duration every) {
      if (every.isNegative()) {
        throw new IllegalArgumentException("every (%s) must not be negative".formatted(every));
      }
      this.keepAlive = every;
      return this;
    }

    /** Sets where a command's standard error goes, in place of nowhere; it is not closed. */
    public Builder standardError(OutputStream standardError) {
      this.standardError = Optional.of(standardError);
      return this;
    }

    /** Returns the client. */
    public SshClient build() {
      return new SshClient(this);
    }
  }
}
