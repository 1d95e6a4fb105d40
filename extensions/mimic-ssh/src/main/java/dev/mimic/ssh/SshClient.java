package dev.mimic.ssh;

import static java.util.Objects.requireNonNull;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A client configuration: the known hosts, the keys and the password to log in with, and options.
 * Immutable. The string representation contains no secrets.
 *
 * <p>A host with an unknown or changed key is refused.
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

  /** Returns a builder that defaults to the user's known hosts and keys. */
  public static Builder builder() {
    return new Builder();
  }

  SshKnownHosts knownHosts() {
    return knownHosts;
  }

  /** Returns the keys to offer. Defaults to the user's keys. */
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

  /** Returns a description of the known hosts and the keys, for plans. */
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

  /** A builder for an {@link SshClient}. Not thread-safe. */
  public static final class Builder {
    static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private SshKnownHosts knownHosts = SshKnownHosts.ofUser();
    private Optional<List<SshKey>> keys = Optional.empty();
    private Optional<String> password = Optional.empty();
    private Duration keepAlive = KEEP_ALIVE;
    private Optional<OutputStream> standardError = Optional.empty();

    private Builder() {}

    /** Sets the known host keys. Defaults to the user's {@code known_hosts} file. */
    public Builder knownHosts(SshKnownHosts knownHosts) {
      this.knownHosts = requireNonNull(knownHosts, "knownHosts");
      return this;
    }

    /** Sets the keys to offer, in order. Defaults to the user's keys; an empty list offers none. */
    public Builder keys(List<SshKey> keys) {
      this.keys = Optional.of(List.copyOf(keys));
      return this;
    }

    /** Sets the password, for the methods {@code password} and {@code keyboard-interactive}. */
    public Builder password(String password) {
      this.password = Optional.of(password);
      return this;
    }

    /**
     * Sets the time without data after which a keep-alive request is sent. Defaults to 30 seconds.
     * The connection is closed after three requests without an answer.
     *
     * @param interval the interval, or zero to send no requests
     */
    public Builder keepAlive(Duration interval) {
      if (interval.isNegative()) {
        throw new IllegalArgumentException(
            "interval (%s) must not be negative".formatted(interval));
      }
      this.keepAlive = interval;
      return this;
    }

    /** Sets the destination of a command's standard error, which is not closed. */
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
