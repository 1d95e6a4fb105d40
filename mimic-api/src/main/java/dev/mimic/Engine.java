package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.time.Duration;

/** The resolver that a {@link ResolverBuilder} builds. Each call makes a {@link Request}. */
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
    Deadline deadline = deadline(timeout); // before the address is parsed: that takes time too
    return request(address, extra).connect(deadline, timeout);
  }

  @Override
  public Flow resolve(Context context, Duration timeout) throws IOException {
    Deadline deadline = deadline(timeout);
    return request(context).connect(deadline, timeout);
  }

  private Deadline deadline(Duration timeout) {
    return Deadline.after(ResolverBuilder.requirePositive(timeout, "timeout"), time);
  }

  @Override
  public FlowListener listen(String address, Context extra) throws IOException {
    return request(address, extra).listen();
  }

  @Override
  public Plan plan(String address, Context extra) {
    try {
      return request(address, extra).plan();
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
  public <T> T value(Key<T> key, Context context) throws ResolutionException {
    return (T) request(context).value(key);
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
    return Request.ofAddress(registry, parser, address, parser.parse(address), extra);
  }

  private Request request(Context context) {
    return Request.ofContext(registry, parser, context);
  }
}
