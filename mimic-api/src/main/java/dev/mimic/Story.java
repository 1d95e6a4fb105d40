package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What happened in one resolution, and the exceptions and plans that tell it. */
final class Story {
  private static final int MAX_TOLD = 8;

  private final Request request;
  private @Nullable Chapter last;

  /** A candidate, and the connections to it that failed. Most resolutions have one, and none. */
  private static final class Chapter {
    private final Candidate candidate;
    private final @Nullable Chapter before;
    private List<Attempt> attempts = List.of();

    Chapter(Candidate candidate, @Nullable Chapter before) {
      this.candidate = candidate;
      this.before = before;
    }

    void add(Attempt attempt) {
      if (attempts.isEmpty()) {
        attempts = new ArrayList<>();
      }
      attempts.add(attempt);
    }
  }

  Story(Request request) {
    this.request = request;
  }

  /** Adds a candidate that was come to. */
  void considered(Candidate candidate) {
    last = new Chapter(candidate, last);
  }

  /** Adds a connection to the last candidate that failed. */
  void tried(Attempt attempt) {
    requireNonNull(last, "no candidate was considered").add(attempt);
  }

  private List<Chapter> chapters() {
    List<Chapter> newestFirst = new ArrayList<>();
    for (Chapter at = last; at != null; at = at.before) {
      newestFirst.add(at);
    }
    return newestFirst.reversed();
  }

  Plan plan() {
    Secrets secrets = request.secrets();
    List<String> connections = new ArrayList<>();
    for (Candidate candidate : candidates()) {
      candidate
          .endpoints()
          .forEach(each -> connections.add(secrets.hideIn(candidate.describe(each))));
    }
    Optional<String> problem =
        connections.isEmpty() ? Optional.of(secrets.hideIn(nothingToTry())) : Optional.empty();
    return new Plan(request.asked(), connections, problem, tree());
  }

  private String tree() {
    PlanTree tree = new PlanTree(request);
    chapters().forEach(each -> tree.connecting(each.candidate, each.attempts));
    return tree.print();
  }

  /** Returns the exception of a resolution in which every candidate failed. */
  ResolutionException failure() {
    String why = attempts().isEmpty() ? nothingToTry() : triedInVain();
    return request.failure(
        "cannot connect to %s: %s".formatted(request.asked(), why), tree(), causes());
  }

  /** Returns the exception of a key that has no value. */
  ResolutionException noValue(Key<?> key, Outcome outcome) {
    List<Exception> causes =
        outcome instanceof Outcome.Failed failed ? List.of(failed.failure().cause()) : List.of();
    String why = new Reasons(request).why(key, outcome);
    return request.failure(
        "%s has no value: %s".formatted(key, why),
        new PlanTree(request).value(key).print(),
        causes);
  }

  /** Returns the exception of a resolution whose time is up. */
  ResolutionTimeoutException timeout(Duration limit) {
    String message =
        "cannot connect to %s within %s".formatted(request.asked(), Durations.print(limit));
    Secrets secrets = request.secrets();
    return new ResolutionTimeoutException(
        secrets.hideIn(attempts().isEmpty() ? message : message + ": " + triedInVain()),
        tree(),
        causes().stream().map(secrets::withhold).toList());
  }

  private String triedInVain() {
    List<Attempt> attempts = attempts();
    return told(
        attempts, each -> (attempts.size() > 1 ? each.description() + ": " : "") + each.message());
  }

  private String nothingToTry() {
    List<Candidate> considered = candidates();
    if (considered.isEmpty()) {
      return request.whyNoProtocol();
    }
    Reasons reasons = new Reasons(request);
    return told(
        considered.stream().filter(each -> each.insteadOf().isEmpty()).toList(),
        each ->
            (considered.size() > 1 ? each.name() + ": " : "")
                + reasons.why(each.endpointKey(), each.endpoint()));
  }

  /** Returns what is to be said of each, on one line, and how many more there are. */
  private static <T> String told(List<T> all, Function<T, String> teller) {
    String some = all.stream().limit(MAX_TOLD).map(teller).collect(Collectors.joining("; "));
    return all.size() > MAX_TOLD ? some + "; and %d more".formatted(all.size() - MAX_TOLD) : some;
  }

  /** Returns what went wrong, in order; several candidates may have failed of the same. */
  private List<Exception> causes() {
    List<Exception> causes = new ArrayList<>();
    for (Candidate candidate : candidates()) {
      if (candidate.endpoint() instanceof Outcome.Failed failed) {
        causes.add(failed.failure().cause());
      }
    }
    attempts().forEach(each -> causes.add(each.cause()));
    Set<Exception> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return causes.stream().filter(seen::add).toList();
  }

  private List<Candidate> candidates() {
    return chapters().stream().map(each -> each.candidate).toList();
  }

  private List<Attempt> attempts() {
    return chapters().stream().flatMap(each -> each.attempts.stream()).toList();
  }
}
