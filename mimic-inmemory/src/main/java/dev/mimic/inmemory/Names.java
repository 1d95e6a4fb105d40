package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import dev.mimic.IpAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The name server of an {@link InMemoryNetwork}. Each host has an answer for its name and its
 * aliases: its addresses. The methods here change answers, also while look-ups are in progress.
 * Names are not case-sensitive. Thread-safe.
 */
public final class Names {
  /** A failure of a name. Each is one of its own, also if it is of the same kind as another. */
  private static final class Failure {
    private final NameFailure kind;

    private Failure(NameFailure kind) {
      this.kind = kind;
    }
  }

  private static final Duration NO_ANSWER = Duration.ofSeconds(10);

  private final InMemoryNetwork network;
  private final ConcurrentMap<String, InMemoryHost> hosts = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, List<String>> answers = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Duration> delays = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Failure> failures = new ConcurrentHashMap<>();

  Names(InMemoryNetwork network) {
    this.network = network;
  }

  /**
   * Sets the answer for a name: addresses, most preferred first, or names of hosts, which stand for
   * their addresses. A connect tries them as RFC 8305 says (Happy Eyeballs). An empty answer means
   * that the name has no address.
   */
  public void answer(String name, String... addresses) {
    answers.put(lower(name), List.of(addresses));
    network.namesChanged();
  }

  /** Removes the answer that {@link #answer} has set: a host of that name answers again. */
  public void remove(String name) {
    answers.remove(lower(name));
    network.namesChanged();
  }

  /** Makes each look-up of a name take this long. Zero is the default. */
  public void delay(String name, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time (%s) must not be negative".formatted(time));
    }
    delays.put(lower(name), time);
  }

  /** Makes the look-up of a name fail, until the fault is closed. A later fault replaces it. */
  public Fault fail(String name, NameFailure failure) {
    String key = lower(name);
    Failure added = new Failure(requireNonNull(failure, "failure"));
    failures.put(key, added);
    network.namesChanged();
    return () -> {
      if (failures.remove(key, added)) {
        network.namesChanged();
      }
    };
  }

  /** Makes a host answer to this name. */
  void add(String name, InMemoryHost host) {
    InMemoryHost other = hosts.putIfAbsent(lower(name), host);
    if (other != null && other != host) {
      throw new IllegalArgumentException(
          "%s is a name of the host %s already".formatted(name, other.name()));
    }
  }

  @Nullable InMemoryHost host(String name) {
    return hosts.get(lower(name));
  }

  /** Looks up a name, or parses a literal. The addresses need not belong to a host. */
  List<InetAddress> lookUp(String name, Signal signal) throws IOException {
    String key = lower(name);
    Supplier<String> late =
        () -> "the look-up of %s was not answered before the deadline".formatted(name);
    Duration delay = delays.get(key);
    if (delay != null) {
      signal.pause(delay.toNanos(), network.timeSource(), late);
    }
    awaitAnswer(name, signal, late);
    List<String> answer = answers.get(key);
    List<InetAddress> found = answer == null ? ownAddresses(name) : parsed(answer);
    if (found.isEmpty()) {
      throw new UnknownHostException("host %s has no address".formatted(name));
    }
    return found;
  }

  private void awaitAnswer(String name, Signal signal, Supplier<String> late) throws IOException {
    long end = network.timeSource().nanoTime() + NO_ANSWER.toNanos();
    boolean waited = false;
    while (true) {
      long seen = signal.count();
      Failure failure = failures.get(lower(name));
      if (failure == null) {
        return;
      }
      switch (failure.kind) {
        case UNKNOWN -> throw new UnknownHostException(name + ": the name does not exist");
        case SERVER_FAILURE ->
            throw new UnknownHostException(name + ": the name server has failed");
        case TIMEOUT -> {
          if (waited && end - network.timeSource().nanoTime() <= 0) {
            throw new UnknownHostException(name + ": no name server has answered within 10 s");
          }
          waited = true;
          signal.awaitUntil(end, seen, network.timeSource(), late);
        }
      }
    }
  }

  private List<InetAddress> ownAddresses(String name) throws UnknownHostException {
    InMemoryHost host = host(name);
    if (host != null) {
      return host.addresses();
    }
    try {
      return IpAddresses.literal(name).map(List::of).orElseThrow(() -> unknown(name));
    } catch (UnknownHostException e) {
      throw unknown(name);
    }
  }

  private List<InetAddress> parsed(List<String> answer) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String each : answer) {
      addresses.addAll(ownAddresses(each));
    }
    return addresses;
  }

  private UnknownHostException unknown(String name) {
    Set<String> known = new TreeSet<>(hosts.keySet());
    known.addAll(answers.keySet());
    return new UnknownHostException(
        "no host is called \"%s\" in this network: its hosts are %s"
            .formatted(name, InMemoryNetwork.list(known)));
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
