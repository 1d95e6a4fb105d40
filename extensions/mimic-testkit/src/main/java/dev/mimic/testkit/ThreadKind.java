package dev.mimic.testkit;

import java.util.concurrent.ThreadFactory;

/** The two kinds of thread that the contract holds on. */
public enum ThreadKind {
  /** A thread of the operating system. */
  PLATFORM {
    @Override
    public ThreadFactory factory() {
      return Thread.ofPlatform().daemon().name("contract-", 0).factory();
    }
  },

  /** A virtual thread. */
  VIRTUAL {
    @Override
    public ThreadFactory factory() {
      return Thread.ofVirtual().name("contract-", 0).factory();
    }
  };

  /** Returns what makes threads of this kind. */
  public abstract ThreadFactory factory();
}
