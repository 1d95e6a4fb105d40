package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A fetch that goes on where an earlier one was cut off (RFC 9110, section 14). The file that it
 * goes on with is written in place, and keeps what has come.
 *
 * <p>While the file is not complete, the validator of the server's content (a strong ETag, or else
 * the time of its last change) is kept in an extended attribute of the file, where the file system
 * has such. It is sent as {@code If-Range}, so that parts of different contents are never put
 * together.
 */
final class Continuation {
  private static final String FROM_THE_FILE = "-";
  private static final String ATTRIBUTE = "mimic.validator";
  private static final Pattern SENDABLE = Pattern.compile("[ -~]*");
  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNSATISFIED =
      Pattern.compile("bytes \\*/(\\d{1,18})", Pattern.CASE_INSENSITIVE);

  /** After this long without a change, the time of the last one tells contents apart. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int UNSATISFIABLE = 416;

  private final @Nullable Path file;
  private final long offset;
  private final String validator;

  private Continuation(@Nullable Path file, long offset, String validator) {
    this.file = file;
    this.offset = offset;
    this.validator = validator;
  }

  /** The use of a response. */
  enum Verdict {
    /** It is the rest, which follows what is there. */
    APPEND,
    /** It is the whole, which takes the place of what is there. */
    START,
    /** It says that there is no rest. */
    COMPLETE
  }

  /**
   * Returns what {@code -C} asks for.
   *
   * @param from an offset, or {@code -} for the size of the file
   * @param file what the rest is appended to; null if it is printed
   */
  static Continuation of(String from, @Nullable Path file) throws IOException {
    boolean fromFile = from.equals(FROM_THE_FILE);
    if (!fromFile && !OFFSET.matcher(from).matches()) {
      throw new WrongUsageException("-C: write a number of bytes, or - for the size of -o FILE");
    }
    if (file == null) {
      if (fromFile) {
        throw new WrongUsageException("-C - goes on with a file: add -o FILE");
      }
      return new Continuation(null, Long.parseLong(from), "");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new WrongUsageException("-C goes on with a file, and %s is none".formatted(file));
    }
    long size = Files.exists(file) ? Files.size(file) : 0;
    if (!fromFile && Long.parseLong(from) != size) {
      throw new WrongUsageException(
          "-C %s does not go on where %s ends, which is at %d: give -C -"
              .formatted(from, file, size));
    }
    return new Continuation(file, size, size == 0 ? "" : remembered(file));
  }

  /** Returns where it goes on. */
  long offset() {
    return offset;
  }

  /** Returns the request for what is missing. */
  Request ask(Request request) {
    if (offset == 0) {
      return request;
    }
    Request.Builder asking = request.newBuilder().header("Range", "bytes=%d-".formatted(offset));
    return (validator.isEmpty() ? asking : asking.header("If-Range", validator)).build();
  }

  /**
   * Returns what to do with this response.
   *
   * @throws IOException if it is neither what is missing nor says that nothing is
   */
  Verdict verdict(Response response, GetFailures failures) throws IOException {
    return switch (response.code()) {
      case PARTIAL -> ofPart(response, failures);
      case UNSATISFIABLE -> ofEnd(response, failures);
      case OK -> ofWhole(response, failures);
      default -> {
        failures.check(response);
        throw failures.failure("the server answered %d".formatted(response.code()));
      }
    };
  }

  private Verdict ofPart(Response response, GetFailures failures) throws IOException {
    Matcher range = RANGE.matcher(response.header("Content-Range", ""));
    if (offset == 0 || !range.matches() || Long.parseLong(range.group(1)) != offset) {
      throw failures.failure("the server sent another part than was asked for: leave -C out");
    }
    String now = validator(response);
    if (!validator.isEmpty() && !now.isEmpty() && !now.equals(validator)) {
      throw failures.failure("it has changed since %s was begun: leave -C out".formatted(file));
    }
    return Verdict.APPEND;
  }

  private Verdict ofEnd(Response response, GetFailures failures) throws IOException {
    Matcher range = UNSATISFIED.matcher(response.header("Content-Range", ""));
    String what = file == null ? "-C" : file.toString();
    if (!range.matches()) {
      throw failures.failure(
          "the server has nothing from byte %d on, and does not say how long it is: %s may be complete"
              .formatted(offset, what));
    }
    long length = Long.parseLong(range.group(1));
    if (length != offset) {
      throw failures.failure(
          "%s is at byte %d, and there are %d: is it of another URL?"
              .formatted(what, offset, length));
    }
    return Verdict.COMPLETE;
  }

  private Verdict ofWhole(Response response, GetFailures failures) throws IOException {
    boolean changed = !validator.isEmpty() && !validator.equals(validator(response));
    if (offset > 0 && !changed) {
      throw failures.failure(
          "the server does not send parts, and nothing was kept of the whole: leave -C out");
    }
    return Verdict.START;
  }

  /** Keeps by what the content can be recognized, before any of it is written. */
  void begin(Response response, Verdict verdict) {
    if (file != null && (verdict == Verdict.START || validator.isEmpty())) {
      remember(file, validator(response));
    }
  }

  /**
   * Checks that all has come.
   *
   * @param count how many bytes came
   * @throws IOException if they are not what the server said, or not all of the rest
   */
  void end(Response response, long count, GetFailures failures) throws IOException {
    Matcher range = RANGE.matcher(response.header("Content-Range", ""));
    if (response.code() == PARTIAL && range.matches()) {
      long end = Long.parseLong(range.group(2)) + 1;
      boolean last = range.group(3).equals("*") || Long.parseLong(range.group(3)) == end;
      if (!last || end != offset + count) {
        throw failures.failure(
            "the server sent %d bytes, which are not all of the rest".formatted(count));
      }
    }
    if (file != null) {
      remember(file, "");
    }
  }

  /** Returns the failure with what is left, and how to go on, at the end of its message. */
  IOException withRemedy(IOException failure) {
    long size = 0;
    try {
      size = file == null ? 0 : Files.size(file);
    } catch (IOException e) {
      failure.addSuppressed(e); // it is not there
    }
    if (size == 0 || failure instanceof ClosedByInterruptException) {
      return failure;
    }
    String message = String.valueOf(failure.getMessage()).replaceFirst(": try again$", "");
    return new IOException(
        "%s: %s keeps the first %d bytes: go on with -C -".formatted(message, file, size), failure);
  }

  private static String validator(Response response) {
    String tag = response.header("ETag", "");
    if (tag.startsWith("\"")) {
      return SENDABLE.matcher(tag).matches() ? tag : "";
    }
    Instant changed = response.headers().getInstant("Last-Modified");
    Instant now = response.headers().getInstant("Date");
    boolean settled = changed != null && now != null && !now.isBefore(changed.plus(SETTLED));
    return tag.isEmpty() && settled ? response.header("Last-Modified", "") : "";
  }

  private static String remembered(Path file) {
    UserDefinedFileAttributeView view = view(file);
    try {
      if (view == null || !view.list().contains(ATTRIBUTE)) {
        return "";
      }
      ByteBuffer value = ByteBuffer.allocate(view.size(ATTRIBUTE));
      int unused = view.read(ATTRIBUTE, value);
      String validator = UTF_8.decode(value.flip()).toString();
      return SENDABLE.matcher(validator).matches() ? validator : "";
    } catch (IOException e) {
      return ""; // the file system has no such attributes
    }
  }

  private static void remember(Path file, String validator) {
    UserDefinedFileAttributeView view = view(file);
    try {
      if (view == null) {
        return;
      }
      if (!validator.isEmpty()) {
        int unused = view.write(ATTRIBUTE, UTF_8.encode(validator));
      } else if (view.list().contains(ATTRIBUTE)) {
        view.delete(ATTRIBUTE);
      }
    } catch (IOException e) {
      // The file system has no such attributes, and the content cannot be recognized.
    }
  }

  private static @Nullable UserDefinedFileAttributeView view(Path file) {
    return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
  }
}
