package dev.mimic;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Resolves: parses the address, and hands a {@link Request} to who connects, listens or plans. */
final class Engine implements MimicResolver {
  private final Registry registry;
  private final AddressParser parser;
  private final TimeSource time;
  private final Duration defaultTimeout;

  Engine(Registry registry, AddressParser parser, TimeSource time, Duration defaultTimeout) {
    this.registry = registry;
    this.parser = parser;
    this.time = time;
    this.defaultTimeout = defaultTimeout;
  }

  @Override
  public Flow resolve(String address, Context extra, Duration timeout) throws IOException {
    TimedDeadline deadline = new TimedDeadline(Durations.requirePositive(timeout, "timeout"), time);
    return new Connecting(request(address, extra), deadline, timeout).run();
  }

  @Override
  public Flow resolve(Context context, Duration timeout) throws IOException {
    TimedDeadline deadline = new TimedDeadline(Durations.requirePositive(timeout, "timeout"), time);
    return new Connecting(request(context), deadline, timeout).run();
  }

  @Override
  public FlowListener listen(String address, Context extra) throws IOException {
    return new Listening(request(address, extra)).run();
  }

  @Override
  public Plan plan(String address, Context extra) {
    try {
      return plan(request(address, extra));
    } catch (AddressException e) {
      return Plan.ofProblem(parser.shown(address), Printed.message(e));
    }
  }

  @Override
  public Plan plan(Context context) {
    return plan(request(context));
  }

  private static Plan plan(Request request) {
    try {
      Story story = new Story(request);
      request.candidates().forEachRemaining(story::considered);
      return story.plan();
    } catch (ResolutionException e) {
      return Plan.ofProblem(request.asked(), Printed.message(e));
    }
  }

  @Override
  @SuppressWarnings("unchecked") // nothing but a T is kept under a Key<T>
  public <T> T value(Key<T> key, Context context) throws ResolutionException {
    Request request = request(context);
    Outcome outcome = request.resolution().outcome(key);
    List<?> found = outcome.found();
    if (found.isEmpty()) {
      throw new Story(request).noValue(key, outcome);
    }
    return (T) found.getFirst();
  }

  @Override
  public Inventory inventory() {
    return new Inspection(registry).inventory();
  }

  @Override
  public Duration defaultTimeout() {
    return defaultTimeout;
  }

  private Request request(String address, Context extra) throws AddressException {
    Context parsed = parser.parse(address);
    Layers layers = Layers.of(registry, parsed, extra);
    return new Request(registry, parser, layers, true, () -> parser.shown(address, parsed));
  }

  private Request request(Context context) {
    Layers layers = Layers.of(registry, context);
    return new Request(registry, parser, layers, false, () -> described(context));
  }

  /** Returns the context's values, but for those that only their protocol may show. */
  private String described(Context context) {
    String values = context.values().stream().map(this::described).collect(joining(", "));
    return "a context of " + (values.isEmpty() ? "nothing" : values);
  }

  private String described(Outcome.Explicit explicit) {
    Key<?> key = explicit.key();
    return registry.isEndpoint(key) ? key.name() : key + " = " + Printed.values(explicit);
  }
}
