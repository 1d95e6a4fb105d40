package dev.mimic;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One resolution that connects: each candidate's endpoints in turn, until one succeeds. */
final class Connecting {
  private final Request request;
  private final Deadline deadline;
  private final Duration timeout;
  private final Story story;

  Connecting(Request request, Deadline deadline, Duration timeout) {
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
        stopIfNotWanted(null);
        Flow flow = attempt(candidate, endpoint);
        if (flow != null) {
          return flow;
        }
      }
    }
    stopIfNotWanted(null);
    throw story.failure();
  }

  /** Connects, or records why not and returns null. */
  private @Nullable Flow attempt(Candidate candidate, Object endpoint) throws IOException {
    long began = deadline.timeSource().nanoTime();
    try {
      return candidate.connect(endpoint, deadline);
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw e;
    } catch (IOException | RuntimeException e) {
      Duration took = Duration.ofNanos(deadline.timeSource().nanoTime() - began);
      story.tried(new Attempt(candidate.describe(endpoint), took, e));
      stopIfNotWanted(e);
      return null;
    }
  }

  /** Ends the resolution if the thread was interrupted or the time is up. */
  private void stopIfNotWanted(@Nullable Exception because) throws IOException {
    Interrupts.check(because);
    if (deadline.remaining().isZero()) {
      throw story.timeout(timeout);
    }
  }
}
