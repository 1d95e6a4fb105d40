package dev.mimic.git;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** Thrown if a server rejects one or more refs of a push. */
public final class GitRejectedException extends GitException {
  @SuppressWarnings("serial") // exceptions of this module are not serialized
  private final ImmutableMap<String, String> reasons;

  GitRejectedException(String address, Map<String, String> reasons) {
    super(
        "%s rejected %s"
            .formatted(
                address,
                reasons.entrySet().stream()
                    .map(each -> each.getKey() + ": " + each.getValue())
                    .collect(joining("; "))));
    this.reasons = ImmutableMap.copyOf(reasons);
  }

  /** Returns the reasons by the rejected refs of the server. */
  public Map<String, String> reasons() {
    return reasons;
  }
}
