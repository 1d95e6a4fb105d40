package dev.mimic.concurrency;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A limit for the calls of actors: jcstress waits for them without one. A call that takes too long
 * is interrupted, which ends it with the outcome {@link #HANGS}. If that does not end it, its stack
 * is printed and the virtual machine halts, since no other test can run.
 *
 * <p>Each thread has a slot, which it alone sets and a daemon thread reads.
 */
final class Watchdog {
  /** The outcome of a call that was interrupted, which no test permits. */
  static final String HANGS = "hangs";

  private static final long LIMIT = Duration.ofSeconds(10).toNanos();
  private static final long PERIOD = Duration.ofMillis(500).toNanos();
  private static final int HALTED = 3;
  private static final List<Slot> SLOTS = new CopyOnWriteArrayList<>();
  private static final ThreadLocal<Slot> SLOT = ThreadLocal.withInitial(Watchdog::slot);

  static {
    Thread.ofPlatform().daemon().name("watchdog").start(Watchdog::watch);
  }

  /** A call that can block. */
  interface Call {
    String run();
  }

  private static final class Slot {
    private final Thread thread = Thread.currentThread();
    private volatile long since; // zero while no call is in progress
    private volatile boolean interrupted;
  }

  private Watchdog() {}

  private static Slot slot() {
    Slot slot = new Slot();
    SLOTS.add(slot);
    return slot;
  }

  /** Returns the outcome of a call. */
  static String limit(Call call) {
    Slot slot = SLOT.get();
    slot.since = System.nanoTime() | 1; // never zero
    try {
      String outcome = call.run();
      return slot.interrupted ? HANGS : outcome;
    } finally {
      slot.since = 0;
      if (slot.interrupted) {
        slot.interrupted = false;
        boolean unused = Thread.interrupted();
      }
    }
  }

  private static void watch() {
    while (true) {
      LockSupport.parkNanos(PERIOD);
      for (Slot slot : SLOTS) {
        check(slot);
      }
    }
  }

  private static void check(Slot slot) {
    long since = slot.since;
    long taken = since == 0 ? 0 : System.nanoTime() - since;
    if (taken > 2 * LIMIT) {
      System.out.println("FAILED: a call hangs, and an interrupt does not end it:");
      for (StackTraceElement each : slot.thread.getStackTrace()) {
        System.out.println("  at " + each);
      }
      System.out.flush();
      Runtime.getRuntime().halt(HALTED);
    } else if (taken > LIMIT && !slot.interrupted) {
      slot.interrupted = true;
      slot.thread.interrupt();
    }
  }
}
