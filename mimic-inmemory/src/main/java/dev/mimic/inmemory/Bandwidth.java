package dev.mimic.inmemory;

/** A rate of bytes. Immutable. */
public final class Bandwidth {
  private final long bytesPerSecond;

  private Bandwidth(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond (%d) must be positive".formatted(bytesPerSecond));
    }
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Returns a bandwidth in bytes per second. */
  public static Bandwidth ofBytesPerSecond(long bytes) {
    return new Bandwidth(bytes);
  }

  /** Returns a bandwidth in kilobits, of 1000 bits, per second. */
  public static Bandwidth ofKilobits(long kilobits) {
    return new Bandwidth(Math.multiplyExact(kilobits, 125L));
  }

  /** Returns a bandwidth in megabits, of 1,000,000 bits, per second. */
  public static Bandwidth ofMegabits(long megabits) {
    return new Bandwidth(Math.multiplyExact(megabits, 125_000L));
  }

  /** Returns the bytes per second. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Returns the bandwidth, such as {@code 1250000 bytes/s}. */
  @Override
  public String toString() {
    return bytesPerSecond + " bytes/s";
  }
}
