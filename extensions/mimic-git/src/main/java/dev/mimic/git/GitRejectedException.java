package dev.mimic.git;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** A server has not taken what was pushed, or not all of it. */
public final class GitRejectedException extends GitException {
  @SuppressWarnings("serial") // exceptions are Serializable by inheritance, and nobody does so
  private final ImmutableMap<String, String> reasons;

  GitRejectedException(String address, Map<String, String> reasons) {
    super(
        "%s did not take %s"
            .formatted(
                address,
                reasons.entrySet().stream()
                    .map(each -> each.getKey() + ": " + each.getValue())
                    .collect(joining("; "))));
    this.reasons = ImmutableMap.copyOf(reasons);
  }

  /** Returns why, for each of the server's refs that was not taken. */
  public Map<String, String> reasons() {
    return reasons;
  }
}
