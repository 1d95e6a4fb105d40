package dev.mimic;

import java.io.IOException;

/** Turns an address into a connected {@link Flow}. */
public interface MimicResolver {
  /** Resolves. */
  Flow resolve(String address) throws IOException;

  /** Builds. */
  interface Builder {
    /** Network. */
    Builder network(Network network);
  }
}
