package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.time.Duration;

/** The resolver of a {@link ResolverBuilder}. Each call creates a {@link Request}. */
final class Engine implements MimicResolver {
  private final Registry registry;
  private final AddressParser parser;
  private final TimeSource time;
  private final Context extra;
  private final Duration timeout;

  Engine(
      Registry registry, AddressParser parser, TimeSource time, Context extra, Duration timeout) {
    this.registry = registry;
    this.parser = parser;
    this.time = time;
    this.extra = extra;
    this.timeout = ResolverBuilder.requirePositive(timeout, "timeout");
  }

  @Override
  public Flow resolve(String address) throws IOException {
    Deadline deadline = Deadline.after(timeout, time); // includes the time of the parser
    return request(address).connect(deadline, timeout);
  }

  @Override
  public Flow resolve(Context context) throws IOException {
    return request(context).connect(Deadline.after(timeout, time), timeout);
  }

  @Override
  public FlowListener listen(String address) throws IOException {
    Deadline deadline = Deadline.after(timeout, time);
    return request(address).listen(deadline, timeout);
  }

  @Override
  public Plan plan(String address) {
    try {
      return request(address).plan();
    } catch (AddressException e) {
      return Plan.ofProblem(parser.shown(address), Printed.message(e));
    }
  }

  @Override
  public Plan plan(Context context) {
    return request(context).plan();
  }

  @Override
  @SuppressWarnings("unchecked") // nothing but a T is kept under a Key<T>
  public <T> T value(Key<T> key) throws ResolutionException {
    return (T) request(Context.empty()).value(key);
  }

  @Override
  public MimicResolver with(Context more) {
    return new Engine(registry, parser, time, extra.merge(more), timeout);
  }

  @Override
  public MimicResolver withTimeout(Duration other) {
    return new Engine(registry, parser, time, extra, other);
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public Inventory inventory() {
    return new Inspection(registry).inventory();
  }

  private Request request(String address) throws AddressException {
    return Request.ofAddress(registry, parser, address, parser.parse(address), extra);
  }

  private Request request(Context context) {
    return Request.ofContext(registry, parser, extra.merge(context));
  }
}
