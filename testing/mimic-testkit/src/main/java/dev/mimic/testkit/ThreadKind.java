package dev.mimic.testkit;

import java.util.concurrent.ThreadFactory;

/** The kinds of threads that the contract applies to. */
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

  /** Returns a factory of threads of this kind. */
  public abstract ThreadFactory factory();
}
