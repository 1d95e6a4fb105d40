package dev.mimic;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One resolution that connects: each candidate's endpoints in turn, until one succeeds. */
final class Connecting {
  private final Request request;
  private final TimedDeadline deadline;
  private final Duration timeout;
  private final Story story;

  Connecting(Request request, TimedDeadline deadline, Duration timeout) {
    this.request = request;
    this.deadline = deadline;
    this.timeout = timeout;
    this.story = new Story(request);
  }

  Flow run() throws IOException {
    Candidates candidates = request.candidates();
    while (candidates.hasNext()) {
      Candidate candidate = candidates.next();
      story.considered(candidate);
      for (Object endpoint : candidate.endpoints()) {
        long began = goOn(null);
        Flow flow = attempt(candidate, endpoint, began);
        if (flow != null) {
          return flow;
        }
      }
    }
    goOn(null);
    throw story.failure();
  }

  /** Connects, or records why not and returns null. */
  private @Nullable Flow attempt(Candidate candidate, Object endpoint, long began)
      throws IOException {
    try {
      return candidate.connect(endpoint, deadline);
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw e;
    } catch (IOException | RuntimeException e) {
      Duration took = Duration.ofNanos(deadline.timeSource().nanoTime() - began);
      story.tried(new Attempt(candidate.describe(endpoint), took, e));
      goOn(e);
      return null;
    }
  }

  /** Ends the resolution if the thread was interrupted or the time is up; returns the time. */
  private long goOn(@Nullable Exception because) throws IOException {
    Interrupts.check(because);
    long now = deadline.timeSource().nanoTime();
    if (deadline.hasPassed(now)) {
      throw story.timeout(timeout);
    }
    return now;
  }
}
