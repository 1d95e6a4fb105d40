package dev.mimic.inmemory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The latest events of an {@link InMemoryNetwork}: connects, bytes, ends, resets, closes and
 * faults. Thread-safe.
 */
public final class Timeline {
  private final int max;
  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Deque<NetworkEvent> events = new ArrayDeque<>();
  private long dropped;

  Timeline(int max) {
    this.max = max;
  }

  void add(NetworkEvent event) {
    lock.lock();
    try {
      if (events.size() == max) {
        events.removeFirst();
        dropped++;
      }
      events.addLast(event);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the events, in order. */
  public List<NetworkEvent> events() {
    lock.lock();
    try {
      return new ArrayList<>(events);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of events that were dropped because there were too many. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Returns a line for each event. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    long lost = dropped();
    if (lost > 0) {
      out.append("(").append(lost).append(" earlier events are not shown)\n");
    }
    List<NetworkEvent> all = events();
    int width = all.stream().mapToInt(event -> hosts(event).length()).max().orElse(0);
    for (NetworkEvent event : all) {
      String line =
          String.format(
              Locale.ROOT,
              "%9.3f ms  %s  %s",
              event.time().toNanos() / 1e6,
              hosts(event) + " ".repeat(width - hosts(event).length()),
              text(event));
      out.append(line).append('\n');
    }
    return out.toString();
  }

  private static String hosts(NetworkEvent event) {
    return event.hasConnection()
        ? "#%d %s -> %s".formatted(event.connection(), event.from(), event.to())
        : event.from();
  }

  private static String text(NetworkEvent event) {
    String detail = event.detail().isEmpty() ? "" : ": " + event.detail();
    return switch (event.kind()) {
      case CONNECT -> "connect to port " + event.port() + detail;
      case CONNECTED -> "connected" + detail;
      case REFUSED -> "not connected" + detail;
      case BYTES -> event.bytes() == 1 ? "1 byte" : "%,d bytes".formatted(event.bytes());
      case END -> "end" + detail;
      case RESET -> "reset" + detail;
      case CLOSE -> "close" + detail;
      case FAULT -> "fault" + detail;
    };
  }

  /**
   * Returns a sequence diagram in the language of Mermaid: hosts are participants, bytes in one
   * direction that follow each other are one arrow.
   */
  public String toMermaid() {
    List<NetworkEvent> all = events();
    Set<String> hosts = new LinkedHashSet<>();
    for (NetworkEvent event : all) {
      if (event.hasConnection()) {
        hosts.add(event.from());
        hosts.add(event.to());
      }
    }
    StringBuilder out = new StringBuilder("sequenceDiagram\n");
    List<String> order = List.copyOf(hosts);
    for (int i = 0; i < order.size(); i++) {
      out.append("  participant h%d as %s\n".formatted(i, order.get(i)));
    }
    for (int i = 0; i < all.size(); i++) {
      NetworkEvent event = all.get(i);
      long bytes = event.bytes();
      while (i + 1 < all.size() && continues(event, all.get(i + 1))) {
        bytes += all.get(++i).bytes();
      }
      out.append("  ").append(mermaid(event, bytes, order)).append('\n');
    }
    return out.toString();
  }

  private static boolean continues(NetworkEvent event, NetworkEvent next) {
    return event.kind() == NetworkEvent.Kind.BYTES
        && next.kind() == NetworkEvent.Kind.BYTES
        && event.connection() == next.connection()
        && event.from().equals(next.from())
        && event.to().equals(next.to());
  }

  private static String mermaid(NetworkEvent event, long bytes, List<String> hosts) {
    int from = hosts.indexOf(event.from());
    int to = hosts.indexOf(event.to());
    String time = time(event.time());
    if (!event.hasConnection()) {
      return from < 0
          ? "%% " + time + " " + plain(event.from() + " " + text(event))
          : "Note over h%d: %s %s".formatted(from, time, plain(text(event)));
    }
    String number = "[" + event.connection() + "]";
    return switch (event.kind()) {
      case BYTES -> "h%d->>h%d: %s %,d bytes, %s".formatted(from, to, number, bytes, time);
      case CONNECT, CONNECTED, END ->
          "h%d-->>h%d: %s %s, %s".formatted(from, to, number, plain(text(event)), time);
      case RESET, REFUSED ->
          "h%d-xh%d: %s %s, %s".formatted(from, to, number, plain(text(event)), time);
      case CLOSE, FAULT ->
          "Note over h%d: %s %s, %s".formatted(from, number, plain(text(event)), time);
    };
  }

  // A semicolon or a number sign would end the text or begin an entity.
  private static String plain(String text) {
    return text.replace('#', ' ').replace(';', ',').replace("\n", " ");
  }

  private static String time(Duration time) {
    return String.format(Locale.ROOT, "%.3f ms", time.toNanos() / 1e6);
  }
}
