package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The layers of a {@link Flow}, for people and logs. Immutable. */
public final class FlowInfo {
  private final String protocol;
  private final String local;
  private final String remote;
  private final Optional<FlowInfo> below;
  private final Map<String, String> attributes;

  private FlowInfo(
      String protocol,
      String local,
      String remote,
      Optional<FlowInfo> below,
      Map<String, String> attributes) {
    this.protocol = requireNonNull(protocol, "protocol");
    this.local = requireNonNull(local, "local");
    this.remote = requireNonNull(remote, "remote");
    this.below = requireNonNull(below, "below");
    this.attributes = attributes;
  }

  /** Returns the description of a lowest layer. */
  public static FlowInfo of(String protocol, String local, String remote) {
    return new FlowInfo(protocol, local, remote, Optional.empty(), Map.of());
  }

  /** Returns the description of a layer over this one, between the same two ends. */
  public FlowInfo under(String protocol) {
    return under(protocol, remote);
  }

  /** Returns the description of a layer over this one that reaches another end, as a proxy does. */
  public FlowInfo under(String protocol, String remote) {
    return new FlowInfo(protocol, local, remote, Optional.of(this), Map.of());
  }

  /** Returns this description with one more attribute. */
  public FlowInfo with(String attribute, String value) {
    if (attributes.isEmpty()) {
      return new FlowInfo(protocol, local, remote, below, Map.of(attribute, value));
    }
    Map<String, String> more = new LinkedHashMap<>(attributes);
    more.put(attribute, value);
    return new FlowInfo(protocol, local, remote, below, Collections.unmodifiableMap(more));
  }

  /** Returns the protocol of this layer, such as {@code tcp}. */
  public String protocol() {
    return protocol;
  }

  /** Returns this end, as the transport names it. */
  public String local() {
    return local;
  }

  /** Returns the other end, as the transport names it. */
  public String remote() {
    return remote;
  }

  /** Returns the layer below, if there is one. */
  public Optional<FlowInfo> below() {
    return below;
  }

  /**
   * Returns the properties of this layer, such as {@code alpn=h2}, in the order in which they were
   * added.
   */
  public Map<String, String> attributes() {
    return attributes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FlowInfo that
        && protocol.equals(that.protocol)
        && local.equals(that.local)
        && remote.equals(that.remote)
        && below.equals(that.below)
        && attributes.equals(that.attributes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(protocol, local, remote, below, attributes);
  }

  /**
   * Returns the layers from the top down, such as {@code tls(tcp(127.0.0.1:4343))}. A layer that
   * reaches another place than the one below says so: {@code socks5(a.org:80 by tcp(b.org:1080))}.
   */
  @Override
  public String toString() {
    return protocol + "(" + below.map(this::over).orElse(remote) + ")";
  }

  private String over(FlowInfo lower) {
    return lower.remote().equals(remote) ? lower.toString() : remote + " by " + lower;
  }
}
