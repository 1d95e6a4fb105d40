package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link Flow} is made of, for people and logs.
 *
 * @param protocol what carries this layer, such as {@code tcp}
 * @param local this side, as the transport names it
 * @param remote the other side, as the transport names it
 * @param below the layer that this one runs over
 * @param attributes what was agreed on this layer, such as {@code alpn=h2}; in the order given
 */
public record FlowInfo(
    String protocol,
    String local,
    String remote,
    Optional<FlowInfo> below,
    Map<String, String> attributes) {

  /** Checks and copies. */
  public FlowInfo {
    requireNonNull(protocol, "protocol");
    requireNonNull(local, "local");
    requireNonNull(remote, "remote");
    requireNonNull(below, "below");
    attributes =
        attributes.isEmpty() // as most are, and there may be very many of these
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** Returns the lowest layer's description. */
  public static FlowInfo of(String protocol, String local, String remote) {
    return new FlowInfo(protocol, local, remote, Optional.empty(), Map.of());
  }

  /** Returns the description of a layer over this one, between the same two sides. */
  public FlowInfo under(String protocol) {
    return new FlowInfo(protocol, local, remote, Optional.of(this), Map.of());
  }

  /** Returns this description with one more attribute. */
  public FlowInfo with(String attribute, String value) {
    Map<String, String> more = new LinkedHashMap<>(attributes);
    more.put(attribute, value);
    return new FlowInfo(protocol, local, remote, below, more);
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
