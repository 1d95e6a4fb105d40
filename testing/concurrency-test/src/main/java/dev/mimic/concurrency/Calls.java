package dev.mimic.concurrency;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/**
 * Calls of flows whose outcomes are words: {@code done}, the text that was read, {@code .} for the
 * end of a stream, or the kind of the failure. All but those that set up a test are limited by the
 * {@link Watchdog}.
 */
final class Calls {
  static final String DONE = "done";
  private static final String END = ".";

  /** A call without a result. */
  interface Action {
    void run() throws IOException;
  }

  /** A call with a result. */
  interface Source<T> {
    T get() throws IOException;
  }

  private Calls() {}

  /** Returns {@code done} or the kind of the failure. */
  static String run(Action action) {
    return outcome(
        () -> {
          action.run();
          return DONE;
        });
  }

  /** Returns the result, or the kind of the failure. */
  static String outcome(Source<String> source) {
    return Watchdog.limit(
        () -> {
          try {
            return source.get();
          } catch (IOException e) {
            return failure(e);
          }
        });
  }

  /** Returns the result of a call that cannot fail, such as one that sets up a test. */
  static <T> T get(Source<T> source) {
    try {
      return source.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String write(Flow flow, String text) {
    return run(() -> flow.write(bytes(text)));
  }

  /** Writes the bytes of {@link #pattern} from 0 to this count. */
  static String writePattern(Flow flow, int count) {
    return run(() -> flow.write(pattern(count)));
  }

  /** Returns what one read of at most this many bytes returns. */
  static String read(Flow flow, int most) {
    return outcome(() -> readOnce(flow, most));
  }

  /** Returns what reads return, up to this many bytes. */
  static String readFully(Flow flow, int count, int most) {
    StringBuilder all = new StringBuilder();
    String outcome =
        outcome(
            () -> {
              String read = "";
              while (all.length() < count && !read.equals(END)) {
                read = readOnce(flow, Math.min(most, count - all.length()));
                all.append(read);
              }
              return "";
            });
    return all + outcome;
  }

  /** Returns what reads return, up to the end or a failure. */
  static String readToEnd(Flow flow) {
    return readFully(flow, Integer.MAX_VALUE, 8);
  }

  /** Reads this many bytes of a pattern; returns whether they are in order. */
  static String readPattern(Flow flow, int count, int most) {
    return outcome(
        () -> {
          ByteBuffer dst = ByteBuffer.allocate(most);
          int position = 0;
          while (position < count) {
            int read = flow.read(dst.clear());
            for (int i = 0; i < read; i++) {
              if (dst.get(i) != at(position + i)) {
                return "wrong byte at " + (position + i);
              }
            }
            if (read < 0) {
              return "end at " + position;
            }
            position += read;
          }
          return position == count ? "in order" : "too many bytes";
        });
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  /** Returns bytes that differ from those before and after, and from those a power of two away. */
  static ByteBuffer pattern(int count) {
    ByteBuffer all = ByteBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      all.put(i, at(i));
    }
    return all;
  }

  private static byte at(int position) {
    return (byte) (position % 251);
  }

  private static String readOnce(Flow flow, int most) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(most);
    return flow.read(dst) < 0 ? END : US_ASCII.decode(dst.flip()).toString();
  }

  private static String failure(IOException e) {
    return switch (e) {
      case PeerGoneException gone -> "gone";
      case ClosedByInterruptException interrupted -> "interrupted";
      case AsynchronousCloseException closed -> "async";
      case ClosedChannelException closed -> "closed";
      case SocketTimeoutException timeout -> "timeout";
      case ConnectException refused -> "refused";
      case BindException notBound -> "not bound";
      default -> e.toString();
    };
  }
}
