package dev.mimic.git;

/**
 * The limits of a {@link GitService} on the data of a client.
 *
 * @param requestBytes the limit on the bytes of a fetch before its response
 * @param deltaBytes the limit on the memory for reconstructing deltas
 */
record ServiceBounds(
    long requestBytes, long packBytes, long packObjects, long objectBytes, long deltaBytes) {
  static final ServiceBounds DEFAULT =
      new ServiceBounds(
          4L << 20,
          1L << 30,
          1_000_000,
          256L << 20, // the longest text of a GitStore
          1L << 30);

  ServiceBounds {
    check(requestBytes, "requestBytes");
    check(packBytes, "packBytes");
    check(packObjects, "packObjects");
    check(objectBytes, "objectBytes");
    check(deltaBytes, "deltaBytes");
  }

  private static void check(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }

  ServiceBounds withRequestBytes(long requestBytes) {
    return new ServiceBounds(requestBytes, packBytes, packObjects, objectBytes, deltaBytes);
  }

  ServiceBounds withPackBytes(long packBytes) {
    return new ServiceBounds(requestBytes, packBytes, packObjects, objectBytes, deltaBytes);
  }

  ServiceBounds withPackObjects(long packObjects) {
    return new ServiceBounds(requestBytes, packBytes, packObjects, objectBytes, deltaBytes);
  }

  ServiceBounds withObjectBytes(long objectBytes) {
    return new ServiceBounds(requestBytes, packBytes, packObjects, objectBytes, deltaBytes);
  }

  ServiceBounds withDeltaBytes(long deltaBytes) {
    return new ServiceBounds(requestBytes, packBytes, packObjects, objectBytes, deltaBytes);
  }
}
